using System.Text;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

public sealed class SendingTests : IDisposable
{
    private readonly MemoryLoop _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void What_is_written_in_a_turn_leaves_by_one_send_at_its_end()
    {
        (MemoryPeer client, _, Connection connection) = _memory.Accepted();
        client.TakeBy(1_000_000, 0); // a second send would be refused
        for (int i = 0; i < 100; i++)
            connection.Write("0123456789"u8);
        Assert.Equal((1000, 0), (connection.PendingBytes, client.Received.Length));
        _memory.Loop.RunOnce(0);
        Assert.Equal((0, 1000), (connection.PendingBytes, connection.BytesSent));
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(1000, client.Received.Length);
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void A_large_write_goes_straight_to_the_kernel_behind_what_is_pending()
    {
        (MemoryPeer client, _, Connection connection) = _memory.Accepted();
        byte[] large = new byte[120_000];
        new Random(1).NextBytes(large);
        connection.Write("head"u8);
        connection.Write(large);
        Assert.Equal((0, 120_004), (connection.PendingBytes, connection.BytesSent));
        _memory.Kernel.RunUntilIdle();
        Assert.Equal([.. "head"u8, .. large], client.Take());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1, 0)]
    [InlineData(3, 0, 0, 50, 4096)]
    [InlineData(100_000)]
    public void Nothing_is_lost_or_doubled_when_sends_are_taken_in_part(params int[] takes)
    {
        var random = new Random(7);
        (MemoryPeer client, _, Connection connection) = _memory.Accepted();
        client.TakeBy(takes);
        var sent = new MemoryStream();
        int most = takes[0] > 10 ? 80_000 : 3_000;
        for (int i = 0; i < 20; i++)
        {
            byte[] bytes = new byte[random.Next(1, most)];
            random.NextBytes(bytes);
            sent.Write(bytes);
            if (i % 3 == 0)
            {
                bytes.CopyTo(connection.GetSpan(bytes.Length));
                connection.Advance(bytes.Length);
            }
            else
                connection.Write(bytes);
            if (i % 4 == 0)
                _memory.Loop.RunOnce(0);
        }
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(sent.ToArray(), client.Take());
        Assert.Equal((0, sent.Length), (connection.PendingBytes, connection.BytesSent));
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void A_span_that_is_asked_for_and_not_used_costs_nothing()
    {
        (MemoryPeer client, _, Connection connection) = _memory.Accepted();
        _ = connection.GetSpan(10);
        _ = connection.GetSpan(100_000);
        _ = connection.GetMemory(10);
        connection.Write("x"u8);
        _ = connection.GetSpan(200_000);
        connection.Write("y"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("xy"u8, client.Take());
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void Advancing_too_far_is_an_error()
    {
        (_, _, Connection connection) = _memory.Accepted();
        int room = connection.GetSpan(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => connection.Advance(room + 1));
    }

    [Fact]
    public void Watermarks_are_told_once_each_way_and_never_from_inside_a_write()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted(null,
            new ListenerOptions { Connections = new ConnectionOptions { HighWatermark = 1000 } });
        client.Capacity = 100;
        client.IsPaused = true;
        connection.Write(new byte[2000]);
        Assert.DoesNotContain("high", handler.Events);
        _memory.Kernel.RunUntilIdle();
        connection.Write(new byte[10]);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(["accepted", "high"], handler.Events);
        client.IsPaused = false;
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(["accepted", "high", "low"], handler.Events);
        Assert.Equal(2010, client.TotalReceived);
    }

    [Fact]
    public void Writing_before_the_connection_stands_waits_for_it()
    {
        MemoryServer server = _memory.Kernel.Serve();
        _memory.Kernel.OnConnect(server.Address, ConnectOutcome.After(100));
        var handler = new Recorder { OnOpen = c => c.Write(" first"u8) };
        Connection connection = _memory.Loop.Connect(server.Address, ConnectionOptions.Default, handler);
        connection.Write(Encoding.UTF8.GetBytes(new string('x', 20_000)));
        _memory.Kernel.AdvanceTime(99);
        Assert.Equal((false, 20_000), (connection.IsConnected, connection.PendingBytes));
        _memory.Kernel.AdvanceTime(1);
        Assert.True(connection.IsConnected);
        Assert.Equal(new string('x', 20_000) + " first", Encoding.UTF8.GetString(server.Accept().Take()));
    }

    [Fact]
    public void Writing_to_an_ended_connection_is_ignored()
    {
        (MemoryPeer client, _, Connection connection) = _memory.Accepted();
        connection.Abort();
        connection.Write("nothing"u8);
        connection.GetSpan(5000).Fill(1);
        connection.Advance(5000);
        Assert.True(connection.GetMemory(9000).Length >= 9000);
        Assert.Equal(0, connection.PendingBytes);
        _memory.Kernel.RunUntilIdle();
        Assert.True(client.IsReset);
        _memory.AssertEmpty();
    }

    [Fact]
    public void A_peer_that_is_gone_when_something_is_sent_is_noticed()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        client.Close();
        connection.Write("too late"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(["accepted", "peer closed", "closed PeerReset"], handler.Events);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Early_flushing_keeps_a_large_backlog_small()
    {
        (MemoryPeer client, _, Connection connection) = _memory.Accepted();
        client.Capacity = 100_000_000;
        int most = 0;
        for (int i = 0; i < 10_000; i++)
        {
            connection.Write(new byte[1000]);
            most = Math.Max(most, connection.PendingBytes);
        }
        Assert.InRange(most, 1, 256 * 1024);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(10_000_000, client.TotalReceived);
    }
}
