using System.Buffers.Binary;
using System.Text;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

public sealed class ReceivingTests : IDisposable
{
    private readonly MemoryLoop _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void An_idle_connection_holds_no_buffer()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted();
        client.Send("all of it is consumed"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("all of it is consumed", Encoding.UTF8.GetString(handler.Received));
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void What_is_not_consumed_comes_again_with_what_follows()
    {
        var seen = new List<string>();
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted(new Recorder
        {
            OnBytes = (_, bytes) =>
            {
                seen.Add(Encoding.UTF8.GetString(bytes));
                return bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
            },
        });
        client.SplitBy(5, 2, 100);
        client.Send("one\ntwo\nthree\n"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(["one\nt", "two", "two\nthree\n"], seen);
        Assert.Equal("one\ntwo\nthree\n", Encoding.UTF8.GetString(handler.Received));
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void The_handler_is_not_called_before_what_it_needs_is_there()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted(LengthPrefixed());
        client.SplitBy(1);
        client.Send(Message(5000, seed: 1));
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(5004, handler.ReceivedBytes);
        Assert.Equal(5, handler.DataCalls); // byte by byte up to the length, then once
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(262_144)]
    [InlineData(1_000_000)]
    public void Messages_of_all_sizes_arrive_whole_however_they_are_split(int piece)
    {
        int[] sizes = [0, 1, 100, 4_000, 65_532, 65_536, 120_000, 1, 300_000, 2_000_000, 5];
        if (piece < 1000)
            sizes = [0, 1, 100, 4_000, 3, 9_000];
        var bodies = new List<int>();
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted(LengthPrefixed(bodies));
        client.SplitBy(piece);
        var sent = new MemoryStream();
        for (int i = 0; i < sizes.Length; i++)
            sent.Write(Message(sizes[i], i));
        client.Send(sent.ToArray());
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(sizes, bodies);
        Assert.Equal(sent.ToArray(), handler.Received);
        Assert.Equal(sent.Length, connection.BytesReceived);
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void Random_splits_and_sizes_arrive_whole()
    {
        var random = new Random(42);
        for (int round = 0; round < 50; round++)
        {
            using var memory = new MemoryLoop();
            var bodies = new List<int>();
            (MemoryPeer client, Recorder handler, _) = memory.Accepted(LengthPrefixed(bodies));
            int[] sizes = Enumerable.Range(0, 20).Select(_ => random.Next(1 << random.Next(1, 18))).ToArray();
            client.SplitBy(Enumerable.Range(0, 200).Select(_ => 1 + random.Next(1 << random.Next(1, 18))).ToArray());
            var sent = new MemoryStream();
            for (int i = 0; i < sizes.Length; i++)
                sent.Write(Message(sizes[i], i));
            client.Send(sent.ToArray());
            memory.Kernel.RunUntilIdle();
            Assert.Equal(sizes, bodies);
            Assert.Equal(sent.ToArray(), handler.Received);
            Assert.Equal(0, memory.Loop.Gauges.RentedBuffers);
        }
    }

    [Fact]
    public void Memory_follows_what_has_come_and_not_what_was_announced()
    {
        (MemoryPeer client, _, _) = _memory.Accepted(LengthPrefixed());
        client.Send(Message(8 * 1024 * 1024, 1).AsSpan(0, 100));
        _memory.Kernel.RunUntilIdle();
        Assert.InRange(_memory.Loop.Gauges.RentedBytes, 100, 64 * 1024);
    }

    [Fact]
    public void Asking_for_more_than_the_limit_ends_the_connection()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted(LengthPrefixed(),
            new ListenerOptions { Connections = new ConnectionOptions { MaxUnconsumedBytes = 1000 } });
        client.Send(Message(997, 1).AsSpan(0, 100));
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(CloseReason.TooMuchUnconsumed, handler.Closed);
        Assert.True(client.IsReset);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Leaving_more_than_the_limit_ends_the_connection()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted(new Recorder { OnBytes = (_, _) => 0 },
            new ListenerOptions { Connections = new ConnectionOptions { MaxUnconsumedBytes = 1000 } });
        client.Send(new byte[999]);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal((null, 999), (handler.Closed, connection.UnconsumedBytes));
        client.Send(new byte[1]);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(CloseReason.TooMuchUnconsumed, handler.Closed);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Nothing_is_delivered_while_reading_is_paused()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted(new Recorder
        {
            OnBytes = (c, bytes) =>
            {
                c.PauseReading();
                return 3;
            },
        });
        client.Send("abcdef"u8);
        _memory.Kernel.RunUntilIdle();
        client.Send("ghi"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("abc", Encoding.UTF8.GetString(handler.Received));
        Assert.Equal((3, 3), (connection.UnconsumedBytes, client.Unread));
        connection.ResumeReading();
        Assert.Equal("abc", Encoding.UTF8.GetString(handler.Received)); // never from inside the call
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("abcdef", Encoding.UTF8.GetString(handler.Received));
        connection.ResumeReading();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("abcdefghi", Encoding.UTF8.GetString(handler.Received));
        Assert.Equal(0, _memory.Loop.Gauges.RentedBuffers);
    }

    [Fact]
    public void Pausing_and_resuming_in_one_call_delivers_the_rest()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted(new Recorder
        {
            OnBytes = (c, bytes) =>
            {
                c.PauseReading();
                c.ResumeReading();
                return 1;
            },
        });
        client.Send("abc"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("abc", Encoding.UTF8.GetString(handler.Received));
    }

    [Fact]
    public void The_end_of_a_paused_peer_is_told_after_its_bytes()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        connection.PauseReading();
        client.Send("last words"u8);
        client.End();
        _memory.Kernel.RunUntilIdle();
        Assert.DoesNotContain("peer closed", handler.Events);
        connection.ResumeReading();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("last words", Encoding.UTF8.GetString(handler.Received));
        Assert.Contains("peer closed", handler.Events);
        Assert.Null(handler.Closed); // what follows is the handler's decision
    }

    [Fact]
    public void A_reset_ends_a_paused_connection_too()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        connection.PauseReading();
        client.Reset();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(CloseReason.PeerReset, handler.Closed);
        Assert.Equal(Errno.ECONNRESET, connection.Error);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Bytes_before_a_reset_are_delivered()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted();
        client.Send("farewell"u8);
        client.Reset();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("farewell", Encoding.UTF8.GetString(handler.Received));
        Assert.Equal(CloseReason.PeerReset, handler.Closed);
    }

    [Fact]
    public void A_firehose_does_not_starve_the_others()
    {
        using var memory = new MemoryLoop(new LoopOptions { ScratchBytes = 1024, MaxReadBytesPerTurn = 4096 });
        var order = new List<string>();
        var acceptor = new Acceptor(() => new Recorder
        {
            OnBytes = (c, bytes) =>
            {
                order.Add(c.RemoteEndPoint!.ToString()!);
                return bytes.Length;
            },
        });
        memory.Loop.Listen(MemoryLoop.Front, new ListenerOptions(), acceptor);
        MemoryPeer firehose = memory.Kernel.Dial(MemoryLoop.Front);
        MemoryPeer quiet = memory.Kernel.Dial(MemoryLoop.Front);
        memory.Kernel.RunUntilIdle();
        firehose.Send(new byte[100 * 1024]);
        quiet.Send("me too"u8);
        memory.Kernel.RunUntilIdle();
        Assert.Equal(101, order.Count);
        Assert.Equal(4, order.IndexOf(quiet.LocalEndPoint!.ToString()!)); // after one share of the other
    }

    [Fact]
    public void A_handler_that_throws_loses_its_connection_and_nothing_else()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted(new Recorder { OnBytes = (_, _) => throw new FormatException("mine") });
        client.Send("x"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(CloseReason.HandlerFailed, handler.Closed);
        Assert.True(client.IsReset);
        Assert.Equal("mine", Assert.Single(_memory.Unhandled).Message);
        (MemoryPeer next, Recorder other, _) = _memory.Accepted();
        next.Send("still here"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("still here", Encoding.UTF8.GetString(other.Received));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_handler_that_cannot_count_is_caught(int answer)
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted();
        handler.OnBytes = (_, _) => throw new InvalidOperationException();
        var wrong = new Miscounting(answer);
        MemoryServer server = _memory.Kernel.Serve();
        server.OnAccepted = peer => peer.Send("abc"u8);
        _memory.Loop.Connect(server.Address, ConnectionOptions.Default, wrong);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(CloseReason.HandlerFailed, wrong.Reason);
        Assert.Contains("Miscounting", Assert.Single(_memory.Unhandled).Message, StringComparison.Ordinal);
        client.Close();
    }

    /// <summary>Consumes messages of four bytes of length and so many bytes.</summary>
    private static Recorder LengthPrefixed(List<int>? bodies = null) => new()
    {
        OnBytes = (connection, bytes) =>
        {
            int consumed = 0;
            while (bytes.Length - consumed >= 4)
            {
                int body = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(consumed));
                if (bytes.Length - consumed < 4 + body)
                {
                    connection.Need(4 + body);
                    break;
                }
                bodies?.Add(body);
                consumed += 4 + body;
            }
            return consumed;
        },
    };

    private static byte[] Message(int body, int seed)
    {
        byte[] message = new byte[4 + body];
        new Random(seed).NextBytes(message);
        BinaryPrimitives.WriteInt32BigEndian(message, body);
        return message;
    }

    private sealed class Miscounting(int answer) : IConnectionHandler
    {
        public CloseReason? Reason { get; private set; }

        public void OnConnected(Connection connection) { }

        public int OnData(Connection connection, Span<byte> data) => answer;

        public void OnPeerClosed(Connection connection) { }

        public void OnClosed(Connection connection, CloseReason reason) => Reason = reason;

        public void OnHighWatermark(Connection connection) { }

        public void OnLowWatermark(Connection connection) { }
    }
}
