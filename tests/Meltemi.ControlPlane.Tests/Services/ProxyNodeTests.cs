using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Services;

public sealed class ProxyNodeTests
{
    [Fact]
    public void A_node_id_has_type_address_name_and_namespace()
    {
        var node = ProxyNode.Parse(new() { Id = "sidecar~10.0.0.1~cart-1.v2.shop~shop.svc.cluster.local" });

        Assert.Equal((ProxyType.Sidecar, "10.0.0.1", "cart-1.v2", "shop"), (node.Type, node.Address, node.Name, node.Namespace));
        Assert.Equal((InterceptionMode.None, false, false), (node.Interception, node.IsGrpc, node.WantsInbound));
    }

    [Fact]
    public void Metadata_says_more()
    {
        var metadata = new Struct();
        metadata.Fields["NAMESPACE"] = Value.ForString("bank");
        metadata.Fields["LABELS"] = Value.ForStruct(new() { Fields = { ["app"] = Value.ForString("teller") } });
        metadata.Fields["INTERCEPTION_MODE"] = Value.ForString("TPROXY");
        metadata.Fields["GENERATOR"] = Value.ForString("grpc");
        metadata.Fields["MELTEMI_INBOUND"] = Value.ForBool(true);

        var node = ProxyNode.Parse(new() { Id = "router~::1~gate.shop~x", Metadata = metadata, Locality = new() { Region = "r", Zone = "z" } });

        Assert.Equal((ProxyType.Router, "bank", "teller"), (node.Type, node.Namespace, node.Labels["app"]));
        Assert.Equal((InterceptionMode.Tproxy, true, true), (node.Interception, node.IsGrpc, node.WantsInbound));
        Assert.Equal("r/z", node.Locality.ToString());
    }

    [Theory]
    [InlineData("proxy-1", "four parts")]
    [InlineData("waypoint~1.1.1.1~a.b~c", "'waypoint'")]
    [InlineData("sidecar~1.1.1.1~cart~c", "NAMESPACE")]
    public void An_id_that_is_none_is_refused_with_the_reason(string id, string reason) =>
        Assert.Contains(reason, Assert.Throws<XdsRefusedException>(() => ProxyNode.Parse(new() { Id = id })).Message);
}
