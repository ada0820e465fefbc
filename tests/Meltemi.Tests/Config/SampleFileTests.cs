using System.Net;
using System.Net.Sockets;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Config;

public class SampleFileTests
{
    internal static readonly string Samples = Path.Combine(Repository.Root, "samples", "config");

    [Theory]
    [InlineData("dubbo.yaml")]
    [InlineData("thrift.yaml")]
    [InlineData("tcp.yaml")]
    [InlineData("recognise.yaml")]
    public void A_sample_has_no_problem(string file)
    {
        var result = Load(file);

        Assert.Empty(result.Problems);
        Assert.NotNull(result.Config);
    }

    [Fact]
    public void The_dubbo_sample_becomes_what_it_says()
    {
        var config = Load("dubbo.yaml").Config!;

        Assert.Equal("shop-1", config.Node.Id);
        Assert.Equal("demo", config.Node.Metadata["NAMESPACE"]);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:9901"), config.Admin);
        var chain = Assert.IsType<ProtocolChainConfig>(Assert.Single(config.Listeners).Chain);
        Assert.Equal("dubbo", chain.Codec.Info.Name);
        Assert.Equal(PoolMode.Multiplexed, chain.PoolMode);
        Assert.Equal(TimeSpan.FromHours(1), chain.IdleTimeout);
        Assert.Equal(new AccessLogConfig { Path = "/dev/stdout" }, Assert.Single(chain.AccessLogs));
        Assert.Equal(["lab", "canary"], chain.Routes.Routes.Select(route => route.Name));
        Assert.Equal(
            [new("interface", new PrefixMatch("org.meltemi.samples.")), new AttributeMatch("user", new RegexMatch("lab-[0-9]+"))],
            chain.Routes.Routes[0].Match.AsEnumerable());
        Assert.Equal(TimeSpan.FromSeconds(3), chain.Routes.Routes[0].Timeout);
        Assert.Equal([new("shop-v1", 90), new WeightedCluster("shop-v2", 10)], chain.Routes.Routes[1].Clusters.AsEnumerable());
        var cluster = config.Clusters[0];
        Assert.Equal(BalancerKind.LeastRequest, cluster.Balancer.Kind);
        Assert.Equal(TimeSpan.FromSeconds(1), cluster.ConnectTimeout);
        Assert.Equal(new LimitsConfig { MaxConnections = 100, MaxRequests = 5000 }, cluster.Limits);
        Assert.Equal(["127.0.0.1:20881", "127.0.0.1:20882"], cluster.Endpoints.Select(endpoint => endpoint.Address.ToString()));
    }

    [Fact]
    public void The_thrift_sample_becomes_what_it_says()
    {
        var config = Load("thrift.yaml").Config!;

        var chain = Assert.IsType<ProtocolChainConfig>(Assert.Single(config.Listeners).Chain);
        Assert.Null(chain.PoolMode);
        Assert.Equal(TimeSpan.Zero, chain.IdleTimeout);
        Assert.Equal(new AttributeMatch("method", new ExactMatch("add")), Assert.Single(chain.Routes.Routes[0].Match));
        Assert.Equal(new HashPolicy("method"), Assert.Single(chain.Routes.Routes[1].HashPolicies));
        Assert.Equal(BalancerKind.RingHash, config.Clusters[0].Balancer.Kind);
        Assert.Equal([3u, 1u], config.Clusters[0].Endpoints.Select(endpoint => endpoint.Weight));
        Assert.Equal(DiscoveryType.StrictDns, config.Clusters[1].Discovery);
        Assert.Equal(new DnsEndPoint("localhost", 9093), config.Clusters[1].Endpoints[0].Address);
        Assert.Equal(TimeSpan.FromSeconds(10), config.Clusters[1].DnsRefresh);
    }

    [Fact]
    public void The_recognition_sample_becomes_what_it_says()
    {
        var listener = Assert.Single(Load("recognise.yaml").Config!.Listeners);

        Assert.Equal(["dubbo", "rpc"], listener.Recognition!.Chains.Select(chain => chain.Name));
        Assert.Equal(["dubbo", "thrift"], listener.Recognition.Chains.SelectMany(chain => chain.Protocols).Select(codec => codec.Info.Name));
        Assert.Equal((TimeSpan.FromSeconds(2), true), (listener.Recognition.Timeout, listener.Recognition.FallBackAfterTimeout));
        Assert.Equal(new WeightedCluster("plain", 1), Assert.Single(Assert.IsType<TcpChainConfig>(listener.Chain).Clusters));
    }

    [Fact]
    public void The_tcp_sample_becomes_what_it_says()
    {
        var config = Load("tcp.yaml").Config!;

        var chain = Assert.IsType<TcpChainConfig>(Assert.Single(config.Listeners).Chain);
        Assert.Equal(new WeightedCluster("back", 1), Assert.Single(chain.Clusters));
        Assert.Equal(TimeSpan.FromMinutes(10), chain.IdleTimeout);
        Assert.Equal("%UPSTREAM_HOST%", chain.AccessLogs[0].Json!.Value.Single(entry => entry.Key == "server").Value);
        Assert.Equal(TimeSpan.FromMilliseconds(250), config.Clusters[0].ConnectTimeout);
        Assert.Equal(new UnixDomainSocketEndPoint("/run/back.sock"), config.Clusters[0].Endpoints[1].Address);
    }

    private static LoadResult Load(string file) => BootstrapLoader.Load(Path.Combine(Samples, file), FakeProtocol.Registry());
}
