using System.Net;
using System.Text;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport.ProxyProtocol;

public sealed class ProxyProtocolListenerTests : IDisposable
{
    private static readonly byte[] Header = ProxyHeaderTests.Line("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443");

    private readonly MemoryLoop _memory = new();
    private readonly Acceptor _acceptor = new();
    private readonly Listener _listener;

    public ProxyProtocolListenerTests() =>
        _listener = _memory.Loop.Listen(MemoryLoop.Front, new ListenerOptions { ProxyProtocol = true }, _acceptor);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void The_connection_has_the_addresses_of_the_header_and_the_bytes_behind_it()
    {
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        client.Send([.. Header, .. "hello"u8]);
        _memory.Kernel.RunUntilIdle();
        Recorder handler = Assert.Single(_acceptor.Handlers);
        Assert.Equal("hello", Encoding.UTF8.GetString(handler.Received));
        Assert.Equal("192.0.2.1:56324", handler.Connection!.RemoteEndPoint!.ToString());
        Assert.Equal("198.51.100.7:443", handler.Connection.LocalEndPoint!.ToString());
    }

    [Fact]
    public void Every_split_gives_the_same()
    {
        for (int at = 1; at < Header.Length + 5; at++)
        {
            MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
            client.SplitBy([at, int.MaxValue]);
            client.Send([.. Header, .. "hello"u8]);
            _memory.Kernel.RunUntilIdle();
            Recorder handler = _acceptor.Handlers[^1];
            Assert.Equal((at, "hello"), (_acceptor.Handlers.Count, Encoding.UTF8.GetString(handler.Received)));
            Assert.Equal("192.0.2.1:56324", handler.Connection!.RemoteEndPoint!.ToString());
        }
        Assert.Equal((0, 0), (_memory.Loop.Gauges.RentedBuffers, _memory.Loop.Gauges.ScheduledTimers));
    }

    [Fact]
    public void Nobody_is_told_of_a_connection_before_its_header()
    {
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        client.Send(Header.AsSpan(0, 20));
        _memory.Kernel.RunUntilIdle();
        Assert.Empty(_acceptor.Handlers);
        client.Send(Header.AsSpan(20));
        _memory.Kernel.RunUntilIdle();
        Assert.Single(_acceptor.Handlers);
    }

    [Fact]
    public void A_local_command_keeps_the_connections_own_addresses()
    {
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        client.Send(ProxyHeaderTests.Binary(0x20, 0x11, [192, 0, 2, 1, 198, 51, 100, 7, 0xDC, 0x04, 0x01, 0xBB]));
        _memory.Kernel.RunUntilIdle();
        Connection connection = _acceptor.Handlers[0].Connection!;
        Assert.Equal((client.LocalEndPoint, MemoryLoop.Front), (connection.RemoteEndPoint, connection.LocalEndPoint));
    }

    [Fact]
    public void A_peer_without_the_header_is_reset_and_counted()
    {
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        client.Send("GET / HTTP/1.1\r\n"u8);
        _memory.Kernel.RunUntilIdle();
        AssertFailed(client);
    }

    [Fact]
    public void A_silent_peer_is_reset_after_its_time()
    {
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        client.Send(Header.AsSpan(0, 20));
        _memory.Kernel.AdvanceTime(4999);
        Assert.False(client.IsReset);
        _memory.Kernel.AdvanceTime(1);
        AssertFailed(client);
    }

    [Fact]
    public void A_peer_that_ends_within_the_header_is_done_with()
    {
        MemoryPeer client = _memory.Kernel.Dial(MemoryLoop.Front);
        client.Send(Header.AsSpan(0, 20));
        client.End();
        _memory.Kernel.RunUntilIdle();
        AssertFailed(client);
    }

    private void AssertFailed(MemoryPeer client)
    {
        Assert.True(client.IsReset);
        Assert.Empty(_acceptor.Handlers);
        Assert.Equal((1, 0), (_listener.BadProxyHeaders, _listener.OpenConnections));
        _listener.Close();
        _memory.AssertEmpty();
    }
}
