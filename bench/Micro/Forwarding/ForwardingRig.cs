using System.Net;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Transport;

namespace Meltemi.Bench.Micro.Forwarding;

/// <summary>A whole proxy between the <see cref="ReplayKernel"/>'s client and server, turned by hand on the caller's thread.</summary>
internal sealed class ForwardingRig : IDisposable
{
    private readonly ReplayKernel _kernel;
    private readonly EventLoop _loop;
    private readonly DataPlane _proxy;
    private readonly int _batch;
    private readonly int _answerLength;

    public ForwardingRig(ICodec codec, byte[] request, byte[] answer, int batch, PoolMode? mode = null, params RouteConfig[] routes)
        : this(static chain => chain, codec, request, answer, batch, mode, routes)
    {
    }

    /// <param name="change">Anything else of the listener, such as filters.</param>
    public ForwardingRig(
        Func<ProtocolChainConfig, ProtocolChainConfig> change, ICodec codec, byte[] request, byte[] answer, int batch, PoolMode? mode,
        params RouteConfig[] routes)
    {
        _batch = batch;
        _answerLength = answer.Length;
        _kernel = new ReplayKernel(codec, request, answer, batch);
        _loop = new EventLoop(_kernel);
        _proxy = new DataPlane([_loop], new DataPlaneOptions { Seed = 1 });
        var any = new RouteConfig { Name = "any", Clusters = [new("main", 1)] };
        var chain = new ProtocolChainConfig
        {
            StatPrefix = "bench",
            Codec = codec,
            PoolMode = mode,
            Routes = new RouteTableConfig { Routes = [.. routes, any] },
        };
        var front = new IPEndPoint(IPAddress.Loopback, 9000);
        var config = new ProxyConfig
        {
            Listeners = [new ListenerConfig { Name = "front", Addresses = [front], Chain = change(chain) }],
            Clusters =
            [
                new ClusterConfig
                {
                    Name = "main",
                    Endpoints = [new EndpointConfig { Address = new IPEndPoint(IPAddress.Loopback, 9001) }],
                    Limits = new() { MaxRetries = batch },
                },
                new ClusterConfig { Name = "empty" },
            ],
        };
        if (_proxy.Apply(config).Count > 0) throw new InvalidOperationException("the listener does not open");
        for (var i = 0; i < 4; i++) _loop.RunOnce(0);
    }

    /// <summary>The same with a cluster that has policies. Before the first batch.</summary>
    public ForwardingRig WithCluster(Func<ClusterConfig, ClusterConfig> change)
    {
        var config = _proxy.Config;
        _proxy.Apply(config with { Clusters = [.. config.Clusters.Select(cluster => cluster.Name == "main" ? change(cluster) : cluster)] });
        for (var i = 0; i < 4; i++) _loop.RunOnce(0);
        return this;
    }

    /// <summary>Forwards so many batches, there and back; throws if an answer is missing.</summary>
    /// <param name="turns">Most turns of the loop for a batch. More are needed if something waits for time to pass.</param>
    public void Run(int batches, int turns = 8)
    {
        for (var i = 0; i < batches; i++)
        {
            var before = _kernel.AnswerBytes;
            _kernel.SendBatch();
            for (var turn = 0; turn < turns && _kernel.AnswerBytes - before < (long)_batch * _answerLength; turn++) _loop.RunOnce(0);
            if (_kernel.AnswerBytes - before < (long)_batch * _answerLength) throw new InvalidOperationException("answers are missing");
        }
    }

    public void Dispose()
    {
        _proxy.Abort();
        _loop.RunOnce(0);
        _loop.Dispose();
    }
}
