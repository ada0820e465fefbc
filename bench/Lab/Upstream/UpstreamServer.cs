using System.Net.Sockets;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Upstream;

/// <summary>One thread that answers each protocol on a port of its own.</summary>
internal sealed class UpstreamServer : IDisposable
{
    private readonly Reactor _reactor = new();
    private readonly Dictionary<ProtocolKind, Acceptor> _acceptors = [];

    /// <summary>Listens at once.</summary>
    /// <param name="port">The port of a protocol; 0 picks a free one. Null: any free ones.</param>
    public UpstreamServer(Func<ProtocolKind, int>? port = null)
    {
        foreach (var protocol in Enum.GetValues<ProtocolKind>())
            _acceptors[protocol] = new Acceptor(_reactor, port?.Invoke(protocol) ?? 0, socket => Accept(protocol, socket));
        Ports = new ServicePorts(_acceptors.ToDictionary(pair => pair.Key, pair => pair.Value.EndPoint.Port));
    }

    public ServicePorts Ports { get; }

    /// <summary>Serves on the calling thread until <paramref name="stop"/> says so, which is asked ten times a second.</summary>
    public void Run(Func<bool> stop)
    {
        while (!stop())
            _reactor.Turn(100);
    }

    public void Dispose()
    {
        foreach (var acceptor in _acceptors.Values)
            acceptor.Dispose();
        _reactor.Dispose();
    }

    private void Accept(ProtocolKind protocol, Socket socket) => _ = protocol switch
    {
        ProtocolKind.Dubbo => (Peer)new UpstreamPeer<Dubbo>(_reactor, socket),
        ProtocolKind.Thrift => new UpstreamPeer<Thrift>(_reactor, socket),
        _ => new UpstreamPeer<Bolt>(_reactor, socket),
    };
}
