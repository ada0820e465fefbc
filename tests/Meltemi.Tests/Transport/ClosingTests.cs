using System.Net;
using System.Text;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

public sealed class ClosingTests : IDisposable
{
    private static readonly IPEndPoint Nowhere = new(IPAddress.Loopback, 9);

    private readonly MemoryLoop _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Close_sends_what_is_pending_and_waits_for_the_peers_end()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        client.TakeBy(2);
        connection.Write("last answer"u8);
        connection.Close();
        Assert.Null(handler.Closed);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(("last answer", true), (Encoding.UTF8.GetString(client.Take()), client.IsEnded));
        Assert.Null(handler.Closed);
        client.Close();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(CloseReason.Local, handler.Closed);
        _memory.AssertEmpty();
    }

    [Fact]
    public void What_still_comes_after_Close_is_discarded_and_resets_nothing()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        connection.Write("answer"u8);
        connection.Close();
        client.Send("pipelined"u8);
        _memory.Kernel.RunUntilIdle();
        client.Send("more"u8);
        _memory.Kernel.RunUntilIdle();
        client.Close();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(("answer", false, true), (Encoding.UTF8.GetString(client.Take()), client.IsReset, client.IsEnded));
        Assert.Empty(handler.Received);
        Assert.Equal(CloseReason.Local, handler.Closed);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Close_while_paused_discards_what_is_unread()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        connection.PauseReading();
        client.Send("unread"u8);
        _memory.Kernel.RunUntilIdle();
        connection.Close();
        _memory.Kernel.RunUntilIdle();
        client.Close();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal((CloseReason.Local, false), (handler.Closed, client.IsReset));
        _memory.AssertEmpty();
    }

    [Fact]
    public void Close_does_not_wait_longer_than_its_time_for_the_peers_end()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        connection.Close();
        _memory.Kernel.AdvanceTime(4999);
        Assert.Null(handler.Closed);
        _memory.Kernel.AdvanceTime(1);
        Assert.Equal(CloseReason.Local, handler.Closed);
        Assert.True(client.IsEnded);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Close_gives_up_on_a_peer_that_takes_nothing()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted(null,
            new ListenerOptions { Connections = new ConnectionOptions { CloseTimeout = TimeSpan.FromSeconds(1) } });
        client.Capacity = 0;
        connection.Write("never taken"u8);
        connection.Close();
        Assert.True(_memory.Kernel.RunUntil(() => handler.Closed is not null, 1000));
        Assert.Equal(CloseReason.CloseTimeout, handler.Closed);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Both_directions_ended_is_the_end()
    {
        (MemoryPeer server, Recorder handler, Connection connection) = _memory.Connected();
        connection.Write("question"u8);
        connection.ShutdownSend();
        connection.Write("ignored"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(("question", true), (Encoding.UTF8.GetString(server.Take()), server.IsEnded));
        server.Send("answer"u8);
        server.End();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("answer", Encoding.UTF8.GetString(handler.Received));
        Assert.Equal(["connected", "peer closed", "closed PeerClosed"], handler.Events);
        _memory.AssertEmpty();
    }

    [Fact]
    public void A_half_closed_peer_can_still_be_answered()
    {
        (MemoryPeer client, Recorder handler, Connection connection) = _memory.Accepted();
        client.Send("question"u8);
        client.End();
        _memory.Kernel.RunUntilIdle();
        Assert.True(connection.IsPeerClosed);
        connection.Write("answer"u8);
        connection.Close();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("answer", Encoding.UTF8.GetString(client.Take()));
        Assert.Equal(["accepted", "peer closed", "closed Local"], handler.Events);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Abort_in_the_middle_of_a_delivery_stops_it()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted(new Recorder
        {
            OnBytes = (c, bytes) =>
            {
                c.Abort(CloseReason.Drained);
                Assert.True(c.IsClosed);
                return 1;
            },
        });
        client.Send("abc"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal((1, CloseReason.Drained, true), (handler.DataCalls, handler.Closed, client.IsReset));
        _memory.AssertEmpty();
    }

    [Fact]
    public void The_first_reason_counts()
    {
        (_, Recorder handler, Connection connection) = _memory.Accepted();
        connection.Abort(CloseReason.Drained);
        connection.Abort();
        connection.Close();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(CloseReason.Drained, handler.Closed);
    }

    [Fact]
    public void Refused_unreachable_and_silent_addresses_are_told_apart()
    {
        EndPoint unreachable = new IPEndPoint(IPAddress.Loopback, 10), silent = new IPEndPoint(IPAddress.Loopback, 11);
        _memory.Kernel.OnConnect(unreachable, ConnectOutcome.Unreachable);
        _memory.Kernel.OnConnect(silent, ConnectOutcome.Hang);
        Recorder[] handlers = [new(), new(), new()];
        _memory.Loop.Connect(Nowhere, ConnectionOptions.Default, handlers[0]);
        _memory.Loop.Connect(unreachable, ConnectionOptions.Default, handlers[1]);
        _memory.Loop.Connect(silent, ConnectionOptions.Default, handlers[2]).Write("waits"u8);
        Assert.All(handlers, handler => Assert.Empty(handler.Events));
        _memory.Kernel.AdvanceTime(4999);
        Assert.Null(handlers[2].Closed);
        _memory.Kernel.AdvanceTime(1);
        CloseReason[] expected = [CloseReason.ConnectRefused, CloseReason.Unreachable, CloseReason.ConnectTimeout];
        Assert.Equal(expected, handlers.Select(handler => handler.Closed!.Value));
        _memory.AssertEmpty();
    }

    [Fact]
    public void Connecting_anew_whenever_a_connection_fails_does_not_keep_the_loop_from_its_turn()
    {
        int attempts = 0;
        _memory.Kernel.OnConnect(Nowhere, ConnectOutcome.Unreachable);
        Connect();
        for (int i = 0; i < 10; i++)
            _memory.Loop.RunOnce(0);
        Assert.InRange(attempts, 10, 20);

        void Connect()
        {
            attempts++;
            _memory.Loop.Connect(Nowhere, ConnectionOptions.Default, new Recorder { OnGone = (_, _) => Connect() });
        }
    }

    [Fact]
    public void What_OnClosed_writes_to_others_leaves_in_the_same_turn()
    {
        (MemoryPeer client, _, Connection downstream) = _memory.Accepted();
        (MemoryPeer server, _, _) = _memory.Connected(new Recorder { OnGone = (_, _) => downstream.Write("your server is gone"u8) });
        server.Reset();
        _memory.Loop.RunOnce(0);
        Assert.Equal(0, downstream.PendingBytes);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("your server is gone", Encoding.UTF8.GetString(client.Take()));
    }

    [Fact]
    public void Disposing_the_loop_tells_every_handler()
    {
        (MemoryPeer client, Recorder handler, _) = _memory.Accepted();
        _memory.Loop.Listen(MemoryLoop.Front, new ListenerOptions(), new Acceptor());
        _memory.Loop.Dispose();
        Assert.Equal(CloseReason.LoopStopped, handler.Closed);
        _memory.Kernel.RunUntilIdle();
        Assert.True(client.IsReset);
        _memory.AssertEmpty();
    }

    [Fact]
    public void A_reused_descriptor_gets_no_events_of_its_predecessor()
    {
        (MemoryPeer first, Recorder gone, Connection connection) = _memory.Accepted();
        first.Send("for the first"u8);
        connection.Abort();
        _memory.Kernel.RunUntilIdle();
        (MemoryPeer second, Recorder fresh, _) = _memory.Accepted();
        first.Send("late"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Empty(fresh.Received);
        second.Send("for the second"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("for the second", Encoding.UTF8.GetString(fresh.Received));
        Assert.Empty(gone.Received);
    }
}
