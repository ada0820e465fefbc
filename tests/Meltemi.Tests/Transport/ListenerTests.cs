using System.Net;
using System.Net.Sockets;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

public sealed class ListenerTests : IDisposable
{
    private readonly MemoryLoop _memory = new();
    private readonly Acceptor _acceptor = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Out_of_descriptors_it_pauses_reports_once_and_goes_on_by_itself()
    {
        var reports = new List<(AcceptError, int)>();
        Listener listener = Listen(new ListenerOptions { OnAcceptError = (_, kind, errno) => reports.Add((kind, errno)) });
        _memory.Kernel.MaxSockets = 2; // the listener's and one more
        MemoryPeer first = _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.AdvanceTime(10_000);
        Assert.Equal(1, listener.Accepted);
        Assert.Equal([(AcceptError.OutOfResources, Errno.EMFILE)], reports);
        Assert.InRange(listener.ResourceErrors, 10, 20); // 50, 100, 200, 400, 800 ms and then every second
        first.Reset();
        _memory.Kernel.AdvanceTime(1000);
        Assert.Equal(2, listener.Accepted);
        _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.AdvanceTime(10);
        Assert.Equal(2, reports.Count); // a new shortage is a new report
    }

    [Theory]
    [InlineData(Errno.ECONNABORTED)]
    [InlineData(Errno.EPROTO)]
    [InlineData(Errno.EPERM)]
    [InlineData(Errno.ENETUNREACH)]
    [InlineData(Errno.EINTR)]
    public void Errors_of_one_connection_do_not_stop_the_next(int errno)
    {
        Listener listener = Listen(new ListenerOptions());
        _memory.Kernel.FailAccepts(errno);
        _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal((1, errno == Errno.EINTR ? 0 : 1), (listener.Accepted, listener.TransientErrors));
    }

    [Fact]
    public void A_fatal_error_is_reported_and_stops_the_listener()
    {
        var reports = new List<(AcceptError, int)>();
        Listener listener = Listen(new ListenerOptions { OnAcceptError = (_, kind, errno) => reports.Add((kind, errno)) });
        _memory.Kernel.FailAccepts(Errno.EINVAL);
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal([(AcceptError.Fatal, Errno.EINVAL)], reports);
        Assert.True(listener.IsClosed);
        Assert.True(client.IsReset);
        _memory.AssertEmpty();
    }

    [Fact]
    public void Connections_over_the_limit_are_closed_at_once_and_counted()
    {
        var limit = new ConnectionLimit(2);
        Listener listener = Listen(new ListenerOptions { Limit = limit });
        MemoryPeer[] clients = [.. Enumerable.Range(0, 3).Select(_ => _memory.Kernel.Dial(MemoryLoop.Front))];
        _memory.Kernel.RunUntilIdle();
        Assert.Equal([false, false, true], clients.Select(client => client.IsReset));
        Assert.Equal((2, 1L, 2), (listener.OpenConnections, listener.RefusedOverLimit, limit.Open));
        clients[0].Reset();
        _memory.Kernel.RunUntilIdle();
        _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal((2, 3L, 2), (listener.OpenConnections, listener.Accepted, limit.Open));
    }

    [Fact]
    public void The_limit_holds_over_several_loops()
    {
        using var second = new EventLoop(_memory.Kernel, null, 1);
        var limit = new ConnectionLimit(3);
        var options = new ListenerOptions { Limit = limit };
        ListenerGroup group = ListenerGroup.Listen([_memory.Loop, second], MemoryLoop.Front, options, _ => _acceptor);
        _memory.Kernel.RunUntilIdle();
        for (int i = 0; i < 5; i++)
        {
            _memory.Kernel.Dial(MemoryLoop.Front);
            _memory.Kernel.RunUntilIdle();
        }
        Assert.Equal((3, 3L, 3L, 2L), (limit.Open, group.OpenConnections, group.Accepted, group.RefusedOverLimit));
        Assert.True(second.Gauges.OpenConnections > 0);
    }

    [Fact]
    public void Stopping_takes_those_who_wait_and_leaves_those_who_stand()
    {
        Listener listener = Listen(new ListenerOptions());
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        listener.StopAccepting();
        Assert.Single(_acceptor.Handlers);
        Assert.Throws<InvalidOperationException>(() => _memory.Kernel.Dial(MemoryLoop.Front));
        client.Send("still served"u8);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(12, _acceptor.Handlers[0].ReceivedBytes);
        Assert.Equal(0, _memory.Loop.Gauges.OpenListeners);
    }

    [Fact]
    public void An_address_in_use_is_an_exception_that_names_it()
    {
        Listen(new ListenerOptions { ReusePort = false });
        SocketException error = Assert.Throws<SocketException>(() => Listen(new ListenerOptions { ReusePort = false }));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Contains("127.0.0.1:80", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Port_zero_is_the_same_real_port_on_every_loop()
    {
        using var second = new EventLoop(_memory.Kernel, null, 1);
        var any = new IPEndPoint(IPAddress.Any, 0);
        ListenerGroup group = ListenerGroup.Listen([_memory.Loop, second], any, new ListenerOptions(), _ => _acceptor);
        _memory.Kernel.RunUntilIdle();
        int port = ((IPEndPoint)group.LocalEndPoint).Port;
        Assert.NotEqual(0, port);
        for (int i = 0; i < 4; i++)
            _memory.Kernel.Dial(new IPEndPoint(IPAddress.Loopback, port));
        _memory.Kernel.RunUntilIdle();
        Assert.Equal((2, 2), (_memory.Loop.Gauges.OpenConnections, second.Gauges.OpenConnections));
        group.Close();
        _memory.Kernel.RunUntilIdle();
        Assert.Equal((0, 0), (_memory.Loop.Gauges.OpenListeners, second.Gauges.OpenListeners));
    }

    [Fact]
    public void A_group_that_cannot_bind_leaves_nothing_behind()
    {
        using var second = new EventLoop(_memory.Kernel, null, 1);
        Assert.Throws<SocketException>(() =>
            ListenerGroup.Listen([_memory.Loop, second], MemoryLoop.Front, new ListenerOptions { ReusePort = false }, _ => _acceptor));
        Assert.Equal(0, _memory.Kernel.OpenSockets);
    }

    [Fact]
    public void An_acceptor_that_throws_loses_that_connection_only()
    {
        bool broken = true;
        var acceptor = new Acceptor(() => broken ? throw new InvalidOperationException("no handler") : new Recorder());
        _memory.Loop.Listen(MemoryLoop.Front, new ListenerOptions(), acceptor);
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.RunUntilIdle();
        Assert.True(client.IsReset);
        Assert.Equal("no handler", Assert.Single(_memory.Unhandled).Message);
        broken = false;
        _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.RunUntilIdle();
        Assert.Single(acceptor.Handlers);
        Assert.Equal(1, _memory.Loop.Gauges.OpenConnections);
    }

    [Fact]
    public void Whoever_is_accepted_may_be_greeted_at_once()
    {
        var acceptor = new Greeter();
        _memory.Loop.Listen(MemoryLoop.Front, new ListenerOptions(), acceptor);
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal("welcome"u8, client.Take());
    }

    [Fact]
    public void The_original_destination_of_a_redirected_connection_is_known()
    {
        Listen(new ListenerOptions());
        var wanted = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 20880);
        _memory.Kernel.Dial(MemoryLoop.Front, originalDestination: wanted);
        _memory.Kernel.Dial(MemoryLoop.Front);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal([wanted, null], _acceptor.Handlers.Select(handler => handler.Connection!.OriginalDestination));
    }

    private Listener Listen(ListenerOptions options) => _memory.Loop.Listen(MemoryLoop.Front, options, _acceptor);

    private sealed class Greeter : IConnectionAcceptor
    {
        public IConnectionHandler OnAccepted(Connection connection)
        {
            connection.Write("welcome"u8);
            return new Recorder();
        }
    }
}
