using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>Zone aware routing: who is sent where its like stand.</summary>
public sealed class PeersTests
{
    private const string Peers = "meltemi.peers";

    [Fact]
    public void A_sidecar_learns_where_its_like_stand_once_a_service_is_balanced_by_zones()
    {
        var mesh = new TestMesh().Put(Given.Service("own.org", endpoints: ["10.9.0.1", "10.9.0.2"]), Given.Service("target.org"));
        var (sidecar, nobody, gateway) = (mesh.Connect(ip: "10.9.0.1"), mesh.Connect(ip: "10.9.9.9"), mesh.Connect(ip: "10.9.0.1", type: "router"));
        Assert.DoesNotContain(Peers, sidecar.Clusters);

        mesh.Put(Balanced("target.org", "3"));
        var peers = sidecar.Get<Cluster>(XdsTypes.Cluster, Peers);
        Assert.Equal("outbound|20880||own.org", peers.EdsClusterConfig.ServiceName);
        Assert.Equal(2, sidecar.Get<ClusterLoadAssignment>(XdsTypes.Endpoints, peers.EdsClusterConfig.ServiceName).Endpoints.Sum(place => place.LbEndpoints.Count));
        Assert.Contains(Peers, mesh.Connect(ip: "10.9.0.2").Clusters);
        Assert.DoesNotContain(Peers, nobody.Clusters);
        Assert.DoesNotContain(Peers, gateway.Clusters);
        var zones = sidecar.Get<Cluster>(XdsTypes.Cluster, "outbound|20880||target.org").CommonLbConfig.ZoneAwareLbConfig;
        Assert.Equal(3ul, zones.MinClusterSize);

        mesh.Delete(Given.Rule("target.org"));
        Assert.DoesNotContain(Peers, sidecar.Clusters);
    }

    [Fact]
    public void A_change_of_endpoints_is_no_push_of_clusters()
    {
        var mesh = new TestMesh().Put(Given.Service("own.org", endpoints: ["10.9.0.1"]), Balanced("own.org", "3"));
        var sidecar = mesh.Connect(ip: "10.9.0.1");
        Assert.Contains(Peers, sidecar.Clusters);
        sidecar.TakeChanges();

        mesh.Put(Given.Service("own.org", endpoints: ["10.9.0.1", "10.9.0.2"]));
        Assert.Equal(["ClusterLoadAssignment"], sidecar.TakeChanges());
    }

    [Theory]
    [InlineData("3", 1)]
    [InlineData("no", 2)]
    public void Places_are_no_priorities_then(string annotation, int priorities)
    {
        var service = Given.Service("target.org", with: entry =>
        {
            entry.Endpoints[0].Locality = "eu/a";
            entry.Endpoints.Add(new WorkloadEntry { Address = "10.0.0.2", Locality = "eu/b" });
        });
        var rule = Balanced("target.org", annotation, rule => rule.TrafficPolicy = new() { OutlierDetection = new() });
        var proxy = new TestMesh().Put(service, rule).Connect(at: new Locality { Region = "eu", Zone = "a" });

        var assignment = proxy.Get<ClusterLoadAssignment>(XdsTypes.Endpoints, "outbound|20880||target.org");
        Assert.Equal(priorities, assignment.Endpoints.DistinctBy(place => place.Priority).Count());
    }

    private static Resource Balanced(string host, string from, Action<DestinationRule>? with = null)
    {
        var rule = Given.Rule(host, with: with);
        return rule with { Meta = rule.Meta with { Annotations = ImmutableDictionary<string, string>.Empty.Add("balancing.meltemi.org/zone-aware", from) } };
    }
}
