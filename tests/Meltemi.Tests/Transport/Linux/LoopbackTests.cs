using System.Net;
using System.Net.Sockets;
using System.Text;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport.Linux;

public sealed class LoopbackTests : IDisposable
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly LinuxLoop _linux = new();

    public static TheoryData<string> Families => Socket.OSSupportsIPv6 ? ["127.0.0.1", "::1", "unix"] : ["127.0.0.1", "unix"];

    private EventLoop Loop => _linux.Loop;

    public void Dispose() => _linux.Dispose();

    [Theory, MemberData(nameof(Families))]
    public void What_is_sent_comes_back(string family)
    {
        using var place = new SocketPlace();
        Listener listener = Loop.Listen(place.Address(family), new ListenerOptions(), new Acceptor(Acceptor.Echo));
        var client = new Recorder();
        Connection connection = Loop.Connect(listener.LocalEndPoint, ConnectionOptions.Default, client);
        connection.Write("before the connection stands, "u8);
        client.OnOpen = c => c.Write("and after"u8);
        _linux.RunUntil(() => client.ReceivedBytes >= 39);
        Assert.Equal("before the connection stands, and after", Encoding.UTF8.GetString(client.Received));
        Assert.Equal((39, 39), (connection.BytesSent, connection.BytesReceived));
        connection.Close();
        listener.Close();
        _linux.AssertEmpty();
        Assert.Equal(CloseReason.Local, client.Closed);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_megabyte_each_way_through_tiny_kernel_buffers_arrives_whole(string family)
    {
        using var place = new SocketPlace();
        var tiny = new ConnectionOptions { SendBufferBytes = 4096, ReceiveBufferBytes = 4096 };
        byte[] sent = new byte[1024 * 1024];
        new Random(1).NextBytes(sent);
        Listener listener = Loop.Listen(place.Address(family), new ListenerOptions { Connections = tiny }, new Acceptor(Acceptor.Echo));
        var client = new Recorder();
        Connection connection = Loop.Connect(listener.LocalEndPoint, tiny, client);
        for (int i = 0; i < sent.Length; i += 70_000)
            connection.Write(sent.AsSpan(i, Math.Min(70_000, sent.Length - i)));
        _linux.RunUntil(() => client.ReceivedBytes == sent.Length);
        Assert.Equal(sent, client.Received);
        connection.Close();
        listener.Close();
        _linux.AssertEmpty();
    }

    [Fact]
    public void A_half_closed_client_still_gets_its_answer()
    {
        Recorder? server = null;
        Listener listener = Loop.Listen(AnyPort, new ListenerOptions(), new Acceptor(() => server = new Recorder
        {
            OnEnd = c =>
            {
                c.Write("answer"u8);
                c.ShutdownSend();
            },
        }));
        var client = new Recorder { OnOpen = c => { c.Write("question"u8); c.ShutdownSend(); } };
        Loop.Connect(listener.LocalEndPoint, ConnectionOptions.Default, client);
        _linux.RunUntil(() => client.Closed is not null && server?.Closed is not null);
        Assert.Equal("answer", Encoding.UTF8.GetString(client.Received));
        Assert.Equal("question", Encoding.UTF8.GetString(server!.Received));
        Assert.Equal((CloseReason.PeerClosed, CloseReason.PeerClosed), (client.Closed, server.Closed));
        listener.Close();
        _linux.AssertEmpty();
    }

    [Fact]
    public void An_aborted_connection_is_a_reset_for_the_peer()
    {
        Recorder? server = null;
        Listener listener = Loop.Listen(AnyPort, new ListenerOptions(), new Acceptor(() => server = new Recorder()));
        var client = new Recorder();
        Connection connection = Loop.Connect(listener.LocalEndPoint, ConnectionOptions.Default, client);
        _linux.RunUntil(() => server is not null && connection.IsConnected);
        connection.Abort();
        _linux.RunUntil(() => client.Closed is not null && server!.Closed is not null);
        Assert.Equal((CloseReason.Local, CloseReason.PeerReset), (client.Closed, server!.Closed));
        listener.Close();
        _linux.AssertEmpty();
    }

    [Theory, MemberData(nameof(Families))]
    public void Nobody_listening_is_a_refusal(string family)
    {
        using var place = new SocketPlace();
        Listener listener = Loop.Listen(place.Address(family), new ListenerOptions(), new Acceptor());
        listener.Close();
        var client = new Recorder();
        Loop.Connect(listener.LocalEndPoint, ConnectionOptions.Default, client);
        Assert.Null(client.Closed); // never from inside the call
        _linux.RunUntil(() => client.Closed is not null);
        Assert.Equal(CloseReason.ConnectRefused, client.Closed);
        _linux.AssertEmpty();
    }

    [Fact]
    public void A_socket_left_behind_is_replaced_and_a_living_one_is_not()
    {
        using var place = new SocketPlace();
        EndPoint address = place.Address("unix");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            LeaveBehind(dead, address);
        Assert.True(File.Exists(address.ToString()));
        Listener listener = Loop.Listen(address, new ListenerOptions(), new Acceptor());
        SocketException error = Assert.Throws<SocketException>(() => Loop.Listen(address, new ListenerOptions(), new Acceptor()));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        listener.Close();
        Assert.False(File.Exists(address.ToString()));
        _linux.RunUntil(() => Loop.Gauges.OpenConnections == 0);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_not_removed()
    {
        using var place = new SocketPlace();
        EndPoint address = place.Address("unix");
        File.WriteAllText(address.ToString()!, "precious");
        Assert.Throws<SocketException>(() => Loop.Listen(address, new ListenerOptions(), new Acceptor()));
        Assert.Equal("precious", File.ReadAllText(address.ToString()!));
    }

    [Fact]
    public void Permissions_of_the_socket_file_are_set()
    {
        using var place = new SocketPlace();
        EndPoint address = place.Address("unix");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Listener listener = Loop.Listen(address, new ListenerOptions { SocketFileMode = Mode }, new Acceptor());
#pragma warning disable CA1416 // Linux only
        Assert.Equal(Mode, File.GetUnixFileMode(address.ToString()!));
#pragma warning restore CA1416
        listener.Close();
    }

    [Fact]
    public void A_proxied_connection_has_the_clients_address()
    {
        Recorder? server = null;
        Listener listener = Loop.Listen(AnyPort, new ListenerOptions { ProxyProtocol = true },
            new Acceptor(() => server = Acceptor.Echo()));
        var client = new Recorder();
        Connection connection = Loop.Connect(listener.LocalEndPoint, ConnectionOptions.Default, client);
        connection.Write("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\nhello"u8);
        _linux.RunUntil(() => client.ReceivedBytes == 5);
        Assert.Equal("192.0.2.1:56324", server!.Connection!.RemoteEndPoint!.ToString());
        connection.Close();
        listener.Close();
        _linux.AssertEmpty();
    }

    [Fact]
    public void Addresses_of_both_ends_are_known_and_the_local_one_can_be_chosen()
    {
        Recorder? server = null;
        var acceptor = new Acceptor(() => server = new Recorder());
        Listener listener = Loop.Listen(new IPEndPoint(IPAddress.Any, 0), new ListenerOptions(), acceptor);
        var target = new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint).Port);
        var options = new ConnectionOptions
        {
            LocalAddress = new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0),
            KeepAlive = new KeepAliveOptions { IdleSeconds = 10 },
        };
        Connection connection = Loop.Connect(target, options, new Recorder());
        _linux.RunUntil(() => server is not null && connection.IsConnected);
        Assert.Equal(connection.LocalEndPoint, server!.Connection!.RemoteEndPoint);
        Assert.Equal((target, target), (connection.RemoteEndPoint, server.Connection.LocalEndPoint));
        Assert.Equal("127.0.0.9", ((IPEndPoint)connection.LocalEndPoint!).Address.ToString());
        Assert.Null(connection.OriginalDestination);
    }

    [Fact]
    public void A_dual_stack_listener_shows_IPv4_clients_as_IPv4()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        Recorder? server = null;
        Listener listener = Loop.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), new ListenerOptions { DualStack = true },
            new Acceptor(() => server = new Recorder()));
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        Loop.Connect(new IPEndPoint(IPAddress.Loopback, port), ConnectionOptions.Default, new Recorder());
        _linux.RunUntil(() => server is not null);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)server!.Connection!.RemoteEndPoint!).Address);
    }

    [Fact]
    public void An_address_of_another_machine_cannot_be_listened_on()
    {
        SocketException error = Assert.Throws<SocketException>(
            () => Loop.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), new ListenerOptions(), new Acceptor()));
        Assert.Equal(SocketError.AddressNotAvailable, error.SocketErrorCode);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_group_spreads_connections_over_its_loops(string family)
    {
        using var place = new SocketPlace();
        using var second = new EventLoop(LinuxKernel.Instance, null, 1);
        var accepted = new int[2];
        ListenerGroup group = ListenerGroup.Listen([Loop, second], place.Address(family), new ListenerOptions(),
            loop => new Acceptor(() => { accepted[loop.Index]++; return new Recorder(); }));
        Both();
        for (int i = 0; i < 64; i++)
        {
            Loop.Connect(group.LocalEndPoint, ConnectionOptions.Default, new Recorder());
            if (i % 8 == 7)
                Both();
        }
        _linux.RunUntil(() => { Both(); return group.Accepted == 64; });
        Assert.Equal(64, accepted.Sum());
        Assert.All(accepted, count => Assert.InRange(count, 1, 63));
        group.Close();
        Both();
        Assert.Equal((0, 0), (Loop.Gauges.OpenListeners, second.Gauges.OpenListeners));
        Assert.False(File.Exists(group.LocalEndPoint.ToString()));

        void Both()
        {
            second.RunOnce(0);
            Loop.RunOnce(0);
        }
    }

    [Fact]
    public void A_successors_socket_file_survives_the_end_of_its_predecessor()
    {
        using var place = new SocketPlace();
        EndPoint address = place.Address("unix");
        Listener old = Loop.Listen(address, new ListenerOptions(), new Acceptor());
        File.Delete(address.ToString()!); // as an impatient successor does
        Listener successor = Loop.Listen(address, new ListenerOptions(), new Acceptor());
        old.Close();
        Assert.True(File.Exists(address.ToString()));
        successor.Close();
        Assert.False(File.Exists(address.ToString()));
    }

    [Fact]
    public void Abstract_names_need_no_file()
    {
        var address = new UnixDomainSocketEndPoint($"\0meltemi-{Guid.NewGuid():n}");
        Listener listener = Loop.Listen(address, new ListenerOptions(), new Acceptor(Acceptor.Echo));
        var client = new Recorder();
        Loop.Connect(address, ConnectionOptions.Default, client).Write("x"u8);
        _linux.RunUntil(() => client.ReceivedBytes == 1);
        listener.Close();
    }

    private static void LeaveBehind(Socket socket, EndPoint address)
    {
        // Binding by another name keeps .NET from tidying up the file when the socket is disposed.
        string path = address.ToString()!;
        socket.Bind(new UnixDomainSocketEndPoint(path + ".tmp"));
        socket.Listen();
        File.Move(path + ".tmp", path);
    }
}

/// <summary>Addresses to listen on; a directory for socket files that goes with it.</summary>
internal sealed class SocketPlace : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mt");

    public EndPoint Address(string family) => family == "unix"
        ? new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, "s"))
        : new IPEndPoint(IPAddress.Parse(family), 0);

    public void Dispose() => _directory.Delete(recursive: true);
}
