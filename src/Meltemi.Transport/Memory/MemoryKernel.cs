using System.Net;

namespace Meltemi.Transport;

/// <summary>
/// Sockets and time in memory, for tests of everything above the kernel: no thread, no real time, the same result each run. Event loops
/// run on it unchanged, turned on the test's thread by <see cref="RunUntilIdle"/> and <see cref="AdvanceTime"/>. A test plays clients by
/// <see cref="Dial"/> and servers by <see cref="Serve"/>, and scripts what goes wrong: how bytes are split, how much is taken, delays,
/// refusals, silence, resets, and shortage of descriptors.
/// <para>It keeps the promises of Linux that the transport relies on and no others: edges are told once, descriptors are reused at once, a
/// socket closed with unread bytes resets the connection.</para>
/// </summary>
/// <example>
/// <code>
/// var kernel = new MemoryKernel();
/// using var loop = new EventLoop(kernel);
/// loop.Listen(address, new ListenerOptions(), acceptor);
/// MemoryPeer client = kernel.Dial(address);
/// client.SplitBy(1);                 // byte by byte
/// client.Send("ping"u8);
/// kernel.RunUntilIdle();
/// Assert.Equal("pong"u8, client.Take());
/// </code>
/// </example>
public sealed partial class MemoryKernel : Kernel
{
    private const int FirstEphemeralPort = 40_000;
    private const int FirstListenPort = 20_000;

    private readonly List<object?> _table = [new(), new(), new()]; // 0, 1 and 2 are taken, as everywhere
    private readonly List<MemorySocket> _sockets = [];
    private readonly List<PendingConnect> _connects = [];
    private readonly List<MemoryListening> _listening = [];
    private readonly List<MemoryPoller> _pollers = [];
    private readonly Dictionary<string, ConnectOutcome> _outcomes = [];
    private readonly Queue<int> _acceptErrors = new();
    private int _nextEphemeral = FirstEphemeralPort;
    private int _nextListen = FirstListenPort;
    private int _turnOfListener;

    private readonly record struct PendingConnect(MemorySocket Socket, long Due, int Error, EndPoint Address);

    /// <summary>Most sockets of loops; connecting and accepting beyond it fail with EMFILE. Default: no limit.</summary>
    public int MaxSockets { get; set; } = int.MaxValue;

    /// <summary>
    /// Bytes that a new connection takes from a loop before it says EAGAIN; see <see cref="MemoryPeer.Capacity"/>. Default 256 KiB.
    /// </summary>
    public int DefaultCapacity { get; set; } = 256 * 1024;

    /// <summary>Sockets of loops that are open, listening ones included.</summary>
    public int OpenSockets => _table.Count(static entry => entry is MemorySocket or MemoryListening);

    /// <summary>Says what becomes of later connections of loops to an address.</summary>
    public void OnConnect(EndPoint address, ConnectOutcome outcome) => _outcomes[address.ToString()!] = outcome;

    /// <summary>The next calls of accept fail with these <see cref="Errno"/>s, one each.</summary>
    public void FailAccepts(params ReadOnlySpan<int> errors)
    {
        foreach (int error in errors)
            _acceptErrors.Enqueue(error);
    }

    /// <summary>Plays a client: connects to a listener of a loop.</summary>
    /// <param name="address">Where a loop (or a <see cref="MemoryServer"/>) listens.</param>
    /// <param name="from">The client's own address; null: a made-up one.</param>
    /// <param name="originalDestination">What the loop's side sees as <see cref="Connection.OriginalDestination"/>.</param>
    /// <exception cref="InvalidOperationException">Nobody listens there.</exception>
    public MemoryPeer Dial(EndPoint address, EndPoint? from = null, EndPoint? originalDestination = null)
    {
        MemoryListening listening = FindListening(address) ?? throw new InvalidOperationException($"Nobody listens on {address}.");
        MemorySocket client = NewSocket(from ?? Ephemeral(address), address);
        var peer = new MemoryPeer(client);
        Enqueue(client, listening, originalDestination);
        return peer;
    }

    /// <summary>Plays a server that loops can connect to.</summary>
    /// <param name="address">Null: a free address on 127.0.0.1.</param>
    public MemoryServer Serve(EndPoint? address = null)
    {
        var server = new MemoryServer(this, WithPort(address ?? new IPEndPoint(IPAddress.Loopback, 0)));
        _listening.Add(server.Listening);
        return server;
    }

    /// <inheritdoc/>
    public override Poller NewPoller(EventLoop loop)
    {
        var poller = new MemoryPoller(this, loop);
        _pollers.Add(poller);
        return poller;
    }

    /// <inheritdoc/>
    public override int Listen(EndPoint address, ListenerOptions options, out EndPoint bound)
    {
        bound = WithPort(address);
        string name = bound.ToString()!;
        if (_listening.Exists(other => other.Address.ToString() == name && !(other.ReusePort && options.ReusePort)))
            return -Errno.EADDRINUSE;
        var listening = new MemoryListening(bound) { ReusePort = options.ReusePort && address is IPEndPoint };
        _listening.Add(listening);
        return Number(listening);
    }

    /// <inheritdoc/>
    public override int Accept(int listener, out EndPoint? remote)
    {
        remote = null;
        if (_acceptErrors.TryDequeue(out int error))
            return -error;
        if (OpenSockets >= MaxSockets)
            return -Errno.EMFILE;
        if (ListeningOf(listener) is not { } listening)
            return -Errno.EBADF;
        if (!listening.Waiting.TryDequeue(out MemorySocket? socket))
            return -Errno.EAGAIN;
        remote = socket.Remote;
        return socket.Number = Number(socket);
    }

    /// <inheritdoc/>
    public override int Connect(EndPoint address, ConnectionOptions options)
    {
        if (OpenSockets >= MaxSockets)
            return -Errno.EMFILE;
        ConnectOutcome outcome = _outcomes.GetValueOrDefault(address.ToString()!);
        if (outcome.Error == Errno.ENETUNREACH)
            return -outcome.Error;
        MemorySocket socket = NewSocket(Ephemeral(address, options.LocalAddress), address);
        socket.IsConnecting = true;
        socket.Number = Number(socket);
        if (outcome.Error >= 0)
            _connects.Add(new PendingConnect(socket, Nanoseconds + outcome.DelayMilliseconds * 1_000_000L, outcome.Error, address));
        return socket.Number;
    }

    /// <inheritdoc/>
    public override int TakeError(int socket) => SocketOf(socket).TakeError();

    /// <inheritdoc/>
    public override int Receive(int socket, Span<byte> buffer) => SocketOf(socket).Receive(buffer);

    /// <inheritdoc/>
    public override int Send(int socket, ReadOnlySpan<IoSlice> slices) => SocketOf(socket).Send(slices);

    /// <inheritdoc/>
    public override int ShutdownSend(int socket)
    {
        SocketOf(socket).EndSending();
        return 0;
    }

    /// <inheritdoc/>
    public override void Close(int socket, bool reset)
    {
        MemorySocket closed = SocketOf(socket);
        closed.Close(reset);
        _connects.RemoveAll(pending => pending.Socket == closed);
        _table[socket] = null;
    }

    /// <inheritdoc/>
    public override void CloseListener(int socket, EndPoint bound)
    {
        CloseListening(ListeningOf(socket)!);
        _table[socket] = null;
    }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint(int socket) => SocketOf(socket).Local;

    /// <inheritdoc/>
    public override EndPoint? OriginalDestination(int socket) => SocketOf(socket).OriginalDestination;

    internal MemorySocket SocketOf(int number) =>
        _table[number] as MemorySocket ?? throw new InvalidOperationException($"Descriptor {number} is no open connection.");

    internal MemoryListening? ListeningOf(int number) => _table[number] as MemoryListening;

    internal void CloseListening(MemoryListening listening)
    {
        _listening.Remove(listening);
        foreach (MemorySocket waiting in listening.Waiting)
            waiting.Close(reset: true);
    }

    private MemorySocket NewSocket(EndPoint? local, EndPoint? remote)
    {
        var socket = new MemorySocket(this, new MemoryPipe { Capacity = DefaultCapacity }, new MemoryPipe { Capacity = DefaultCapacity })
        {
            Local = local,
            Remote = remote,
        };
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>Makes the server's end of a client's socket and puts it where it is accepted.</summary>
    private void Enqueue(MemorySocket client, MemoryListening listening, EndPoint? originalDestination)
    {
        var end = new MemorySocket(this, client.Outgoing, client.Incoming)
        {
            Local = client.Remote,
            Remote = client.Local,
            Other = client,
            OriginalDestination = originalDestination,
        };
        client.Other = end;
        _sockets.Add(end);
        if (listening.Server is { } server)
            server.Add(new MemoryPeer(end));
        else
            listening.Waiting.Enqueue(end);
    }

    private MemoryListening? FindListening(EndPoint address)
    {
        List<MemoryListening> found = _listening.FindAll(listening => Matches(listening.Address, address));
        return found.Count == 0 ? null : found[_turnOfListener++ % found.Count];
    }

    private static bool Matches(EndPoint listening, EndPoint address) =>
        listening.ToString() == address.ToString() || (listening is IPEndPoint any && address is IPEndPoint ip && any.Port == ip.Port &&
        (any.Address.Equals(IPAddress.Any) || any.Address.Equals(IPAddress.IPv6Any)));

    private int Number(object entry)
    {
        int free = _table.IndexOf(null, 3);
        if (free < 0)
        {
            free = _table.Count;
            _table.Add(null);
        }
        _table[free] = entry;
        return free;
    }

    private IPEndPoint? Ephemeral(EndPoint address, IPEndPoint? wanted = null) => address is not IPEndPoint ? null
        : wanted is { Port: > 0 } ? wanted
        : new IPEndPoint(wanted?.Address ?? IPAddress.Loopback, _nextEphemeral++);

    private EndPoint WithPort(EndPoint address) =>
        address is IPEndPoint { Port: 0 } ip ? new IPEndPoint(ip.Address, _nextListen++) : address;
}
