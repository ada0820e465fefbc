using Envoy.Config.Cluster.V3;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

public class XdsResourceTests
{
    [Fact]
    public void Equal_content_has_an_equal_version_and_other_content_another()
    {
        var one = XdsResource.Create(XdsTypes.Cluster, "a", new Cluster { Name = "a" });
        var same = XdsResource.Create(XdsTypes.Cluster, "a", new Cluster { Name = "a" }, ["a source"]);
        var other = XdsResource.Create(XdsTypes.Cluster, "a", new Cluster { Name = "a", LbPolicy = Cluster.Types.LbPolicy.Maglev });

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
    }
}
