using System.Net;
using Meltemi.Codec;
using Meltemi.Program;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Program;

public class ControllerBootstrapTests
{
    [Theory]
    [InlineData(false, "sidecar~10.0.0.7~cart-1.shop~shop.svc.cluster.local")]
    [InlineData(true, "router~10.0.0.7~cart-1.shop~shop.svc.cluster.local")]
    public void A_proxy_introduces_itself_as_istios_do(bool gateway, string id)
    {
        var bootstrap = new ControllerBootstrap
        {
            Controllers = ["a:15010", "[::1]:15010"],
            Name = "cart-1",
            Namespace = "shop",
            Labels = new Dictionary<string, string> { ["app"] = "cart" },
            Address = IPAddress.Parse("10.0.0.7"),
            IsGateway = gateway,
            Locality = new() { Region = "eu", Zone = "a" },
            Admin = IPEndPoint.Parse("127.0.0.1:15000"),
        };
        var loaded = BootstrapLoader.Take(bootstrap.ToBootstrap(), new CodecRegistry());

        Assert.Empty(loaded.Problems);
        var (config, dynamic) = (loaded.Config!, loaded.Config!.Dynamic!);
        Assert.Equal((id, "cart-1", IPEndPoint.Parse("127.0.0.1:15000")), (dynamic.Node.Id, config.Node.Cluster, config.Admin));
        Assert.Equal(new ControlPlaneConfig { Servers = [new(null, "a:15010"), new(null, "[::1]:15010")], Delta = true }, dynamic.Ads);
        Assert.Equal((new SourceConfig(), new SourceConfig()), (dynamic.Listeners, dynamic.Clusters));
        Assert.Equal(("shop", "10.0.0.7", "NONE"), (config.Node.Metadata["NAMESPACE"], config.Node.Metadata["INSTANCE_IPS"], config.Node.Metadata["INTERCEPTION_MODE"]));
        Assert.Equal((new LocalityConfig("eu", "a", ""), "meltemi.peers"), (config.Node.Locality, config.Node.LocalCluster));
        Assert.Equal("cart", dynamic.Node.Metadata.Fields["LABELS"].StructValue.Fields["app"].StringValue);
    }
}
