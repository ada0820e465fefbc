using System.Net;
using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Tests.Support;

namespace Meltemi.Interop.Tests.Support;

/// <summary>
/// A proxy on real sockets with one listener, in this process. Disposing it checks that it logged no error and that no request is left
/// over.
/// </summary>
internal sealed class Mesh : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CapturedLog _log = new();
    private readonly ProxyHost _host;
    private ProxyConfig _config;

    // Two loops, so that clients do not all meet on one.
    public Mesh(ICodecFactory protocol, RouteConfig[] routes, ClusterConfig[] clusters, PoolMode? poolMode = null, params FilterConfig[] filters)
        : this(IPAddress.Loopback, 2, new(), protocol, routes, clusters, poolMode, null, filters)
    {
    }

    /// <summary>With a single loop.</summary>
    public static Mesh OfOneLoop(ICodecFactory protocol, RouteConfig[] routes, ClusterConfig[] clusters, PoolMode? poolMode = null) =>
        new(IPAddress.Loopback, 1, new(), protocol, routes, clusters, poolMode);

    /// <summary>One that knows where it stands.</summary>
    public static Mesh At(NodeConfig node, ICodecFactory protocol, RouteConfig[] routes, ClusterConfig[] clusters) =>
        new(IPAddress.Loopback, 2, node, protocol, routes, clusters, null);

    /// <summary>One that listens on another address than 127.0.0.1.</summary>
    public static Mesh On(IPAddress address, ICodecFactory protocol, RouteConfig[] routes, ClusterConfig[] clusters) =>
        new(address, 2, new(), protocol, routes, clusters, null);

    /// <summary>One whose listener is changed before it opens.</summary>
    public static Mesh With(ICodecFactory protocol, RouteConfig[] routes, ClusterConfig[] clusters, Func<ListenerConfig, ListenerConfig> listener) =>
        new(IPAddress.Loopback, 2, new(), protocol, routes, clusters, null, listener);

    private Mesh(
        IPAddress address, int loops, NodeConfig node, ICodecFactory protocol, RouteConfig[] routes, ClusterConfig[] clusters, PoolMode? poolMode,
        Func<ListenerConfig, ListenerConfig>? change = null, params FilterConfig[] filters)
    {
        _host = new ProxyHost(loops, new DataPlaneOptions { Seed = 1, Log = _log.Log });
        var chain = new ProtocolChainConfig
        {
            StatPrefix = "front",
            Codec = protocol.Create(new CodecOptions()),
            PoolMode = poolMode,
            Routes = new RouteTableConfig { Routes = [.. routes] },
            Filters = [.. filters],
        };
        var listener = new ListenerConfig { Name = "front", Addresses = [new IPEndPoint(address, 0)], Chain = chain };
        _config = new ProxyConfig { Node = node, Listeners = [change?.Invoke(listener) ?? listener], Clusters = [.. clusters] };
        Assert.Empty(_host.Apply(_config));
        Port = ((IPEndPoint)_host.DataPlane.Listeners.Single().Addresses.Single()).Port;
    }

    /// <summary>Where clients connect, on 127.0.0.1 unless it was made with another address.</summary>
    public int Port { get; }

    /// <summary>A route for the requests that have all these attributes.</summary>
    public static RouteConfig Route(string cluster, params (string Attribute, string Value)[] match) => new()
    {
        Name = $"to-{cluster}",
        Match = [.. match.Select(one => new AttributeMatch(one.Attribute, new ExactMatch(one.Value)))],
        Clusters = [new(cluster, 1)],
    };

    public static ClusterConfig Cluster(string name, params EndPoint[] endpoints) =>
        new() { Name = name, Endpoints = [.. endpoints.Select(address => new EndpointConfig { Address = address })] };

    /// <summary>Takes over another configuration, which is in force when it returns.</summary>
    private void Change(Func<ProxyConfig, ProxyConfig> change)
    {
        _config = change(_config);
        Assert.Empty(_host.Apply(_config));
    }

    /// <summary>The same with other routes or filters.</summary>
    public void ChangeChain(Func<ProtocolChainConfig, ProtocolChainConfig> change) => Change(config => config with
    {
        Listeners = [config.Listeners[0].WithChains((_, chain) => change((ProtocolChainConfig)chain))],
    });

    /// <summary>The same with other clusters.</summary>
    public void SetClusters(params ClusterConfig[] clusters) => Change(config => config with { Clusters = [.. clusters] });

    /// <summary>The process log so far.</summary>
    public IEnumerable<string> Logged => _log.Entries.Select(entry => entry.Message);

    /// <summary>Waits until a figure is so large; one that is not there yet counts as 0.</summary>
    public async Task FigureAsync(string name, long value)
    {
        await Safety.Until(() => FigureSoFar(name) == value, () => $"{name} is not {value}:\n{Prometheus()}");
        _host.WaitForLoops();
    }

    /// <summary>A figure by its dotted name; 0 as long as there is none, since those of clusters come with their first use.</summary>
    public long FigureSoFar(string name) => _host.DataPlane.Metrics.FindFigure(name) ?? 0;

    /// <summary>A figure by its dotted name.</summary>
    public long Figure(string name) => _host.DataPlane.Metrics.Figure(name);

    /// <summary>All figures as Prometheus reads them.</summary>
    public string Prometheus()
    {
        var text = new Utf8Buffer();
        PrometheusWriter.Write(_host.DataPlane.Metrics.Collect(), text);
        return Encoding.UTF8.GetString(text.Written);
    }

    /// <summary>Waits until a request to a cluster is not only accepted, but sent.</summary>
    public async Task SentAsync(string cluster, Func<string> seen)
    {
        await Safety.Until(() => _host.DataPlane.Metrics.FindFigure($"cluster.{cluster}.upstream_rq_active") == 1, seen);
        _host.WaitForLoops(); // Now it is counted as pending, if it has to wait for a connection,
        await Safety.Until(() => Figure($"cluster.{cluster}.upstream_rq_pending_active") == 0, seen);
        _host.WaitForLoops(); // and now written.
    }

    /// <summary>Shuts the proxy down in order; answers whether everything finished by itself.</summary>
    public Task<bool> DrainAsync() => _host.DrainAsync(Safety.Limit);

    public void Dispose()
    {
        _host.DataPlane.Abort();

        // A connection that is aborted ends with the turn, and its requests with it.
        SpinWait.SpinUntil(() => _host.DataPlane.InFlight == 0, Patience);
        _host.WaitForLoops();
        var left = _host.DataPlane.InFlight;
        _host.Dispose();
        _log.Verify();
        Assert.Equal(0, left);
    }
}
