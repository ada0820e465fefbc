using System.Net;

namespace Meltemi.Transport;

/// <summary>A test's server: loops connect to it, and each connection is a <see cref="MemoryPeer"/> in the test's hand.</summary>
public sealed class MemoryServer
{
    private readonly MemoryKernel _kernel;
    private int _taken;

    internal MemoryServer(MemoryKernel kernel, EndPoint address)
    {
        _kernel = kernel;
        Listening = new MemoryListening(address) { Server = this };
    }

    /// <summary>Where to connect to.</summary>
    public EndPoint Address => Listening.Address;

    /// <summary>All connections so far, ended ones too, oldest first.</summary>
    public List<MemoryPeer> Accepted { get; } = [];

    /// <summary>Called for each new connection, for example to set <see cref="MemoryPeer.OnReceived"/>.</summary>
    public Action<MemoryPeer>? OnAccepted { get; set; }

    internal MemoryListening Listening { get; }

    /// <summary>The oldest connection not yet taken by this method.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public MemoryPeer Accept() => _taken < Accepted.Count
        ? Accepted[_taken++]
        : throw new InvalidOperationException($"Nobody has connected to {Address} ({Accepted.Count} connections were there before).");

    /// <summary>Stops listening: further connections are refused. Those that stand go on.</summary>
    public void Close() => _kernel.CloseListening(Listening);

    internal void Add(MemoryPeer peer)
    {
        Accepted.Add(peer);
        OnAccepted?.Invoke(peer);
    }
}
