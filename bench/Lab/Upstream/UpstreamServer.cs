using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Upstream;

/// <summary>One thread that answers Dubbo on one port and Thrift on another.</summary>
internal sealed class UpstreamServer : IDisposable
{
    private readonly Reactor _reactor = new();
    private readonly Acceptor _dubbo;
    private readonly Acceptor _thrift;

    /// <summary>Listens at once; port 0 picks a free one.</summary>
    public UpstreamServer(int dubboPort = 0, int thriftPort = 0)
    {
        _dubbo = new Acceptor(_reactor, dubboPort, socket => _ = new UpstreamPeer<Dubbo>(_reactor, socket));
        _thrift = new Acceptor(_reactor, thriftPort, socket => _ = new UpstreamPeer<Thrift>(_reactor, socket));
        Ports = new ServicePorts(_dubbo.EndPoint.Port, _thrift.EndPoint.Port);
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
        _dubbo.Dispose();
        _thrift.Dispose();
        _reactor.Dispose();
    }
}
