using System.Text;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

/// <summary>A connection that gets another handler.</summary>
public sealed class HandOverTests : IDisposable
{
    private readonly MemoryLoop _memory = new();
    private readonly Recorder _next = new();

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100)]
    public void Inside_a_delivery_the_next_handler_gets_what_was_left(int pieces)
    {
        var (client, first, _) = _memory.Accepted(new Recorder
        {
            OnBytes = (connection, bytes) =>
            {
                if (bytes.Length < 6) return 0;
                connection.HandOver(_next);
                return 2;
            },
        });
        client.SplitBy(pieces);
        client.Send("to me, to you"u8);
        _memory.Kernel.RunUntilIdle();

        Assert.Equal(("to", " me, to you"), (Encoding.UTF8.GetString(first.Received), Encoding.UTF8.GetString(_next.Received)));
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void Outside_one_it_gets_what_is_held_and_then_what_comes()
    {
        var (client, first, _) = _memory.Accepted(new Recorder { OnBytes = (_, _) => 0 });
        client.Send("held"u8);
        _memory.Kernel.RunUntilIdle();
        first.Connection!.HandOver(_next);
        client.Send(" and new"u8);
        _memory.Kernel.RunUntilIdle();

        Assert.Equal("held and new", Encoding.UTF8.GetString(_next.Received));
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_end_is_told_again_behind_what_is_held(bool atTheEnd)
    {
        var (client, first, _) = _memory.Accepted(new Recorder
        {
            OnBytes = (_, _) => 0,
            OnEnd = connection =>
            {
                if (atTheEnd) connection.HandOver(_next);
            },
        });
        var endedWith = -1L;
        _next.OnEnd = connection =>
        {
            endedWith = _next.ReceivedBytes;
            connection.Close();
        };
        client.Send("last words"u8);
        client.End();
        _memory.Kernel.RunUntilIdle();
        if (!atTheEnd) first.Connection!.HandOver(_next);
        _memory.Kernel.RunUntilIdle();

        Assert.Equal(10, endedWith);
        Assert.Equal(["peer closed", "closed Local"], _next.Events);
        Assert.Null(first.Closed);
    }

    [Fact]
    public void A_closed_connection_says_goodbye_to_the_handler_that_it_has()
    {
        var (client, first, _) = _memory.Accepted(new Recorder { OnBytes = (_, _) => 0 });
        client.Send("held"u8);
        _memory.Kernel.RunUntilIdle();
        first.Connection!.HandOver(_next);
        first.Connection.Abort();
        _memory.Kernel.RunUntilIdle();

        Assert.Equal((null, (CloseReason?)CloseReason.Local, 0L), (first.Closed, _next.Closed, _next.ReceivedBytes));
    }
}
