using System.Collections.Immutable;
using System.Net;
using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Program.Demo;

/// <summary>
/// Makes the proxy's configuration from the rules. Only the routes differ from one to the next; the rest is the same objects, so that
/// nothing but routes changes under the traffic.
/// </summary>
internal sealed class DemoConfig
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private readonly ICodec _dubbo = new DubboCodecFactory().Create(new CodecOptions());
    private readonly ICodec _thrift = new ThriftCodecFactory().Create(new CodecOptions());
    private readonly ImmutableArray<ClusterConfig> _clusters;

    public DemoConfig(IEnumerable<Instance> instances)
    {
        _clusters = [.. instances.GroupBy(instance => (instance.Service, instance.Version)).Select(group => new ClusterConfig
        {
            Name = ClusterName(group.Key.Service, group.Key.Version),
            ConnectTimeout = TimeSpan.FromSeconds(1),
            Endpoints = [.. group.Select(instance => new EndpointConfig { Address = new IPEndPoint(IPAddress.Loopback, instance.Port) })],
        })];
    }

    public ProxyConfig With(DemoRules rules) => new()
    {
        Node = new NodeConfig { Id = "demo", Cluster = "demo" },
        Listeners = [Listener(DemoService.Dubbo, _dubbo, rules), Listener(DemoService.Thrift, _thrift, rules)],
        Clusters = _clusters,
    };

    /// <summary>Routes in order; the attribute <c>user</c> is an attachment in Dubbo and a header in Thrift.</summary>
    public static ImmutableArray<RouteConfig> Routes(string service, DemoRules rules)
    {
        var canary = new RouteConfig
        {
            Name = "canary",
            Clusters =
            [
                new(ClusterName(service, "v1"), (uint)(100 - rules.CanaryPercent)),
                new(ClusterName(service, "v2"), (uint)rules.CanaryPercent),
            ],
            Timeout = Timeout,
        };
        if (!rules.JasonToV2) return [canary];
        var jason = new RouteConfig
        {
            Name = DemoRules.Jason,
            Match = [new AttributeMatch("user", new ExactMatch(DemoRules.Jason))],
            Clusters = [new(ClusterName(service, "v2"), 1)],
            Timeout = Timeout,
        };
        return [jason, canary];
    }

    private static ListenerConfig Listener(string service, ICodec codec, DemoRules rules) => new()
    {
        Name = service,
        Addresses = [new IPEndPoint(IPAddress.Loopback, 0)],
        Chain = new ProtocolChainConfig
        {
            StatPrefix = service,
            Codec = codec,
            Routes = new RouteTableConfig { Name = service, Routes = Routes(service, rules) },
        },
    };

    private static string ClusterName(string service, string version) => $"{service}-{version}";
}
