using Envoy.Config.Endpoint.V3;
using Meltemi.ControlPlane.Tests.Push;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Server;
using Locality = Envoy.Config.Core.V3.Locality;

namespace Meltemi.ControlPlane.Tests.Translation;

public sealed class AssignmentTests
{
    private static readonly string[] Places = ["r1/z1/s1", "r1/z1/s2", "r1/z2", "r2/z1", "r3/z1"];

    [Fact]
    public void Places_have_the_weight_of_their_endpoints_and_all_the_same_priority()
    {
        var assignment = Assignment(Given.Rule("a.org"));

        Assert.Equal(["r1/z1/s1 1 0", "r1/z1/s2 2 0", "r1/z2/ 3 0", "r2/z1/ 4 0", "r3/z1/ 5 0"], Describe(assignment));
        Assert.Equal(2u, assignment.Endpoints[1].LbEndpoints[0].LoadBalancingWeight);
        Assert.Null(assignment.Endpoints[0].LbEndpoints[0].LoadBalancingWeight);
    }

    [Fact]
    public void With_outlier_detection_the_nearer_places_come_first()
    {
        var assignment = Assignment(Rule(new LocalityLoadBalancerSetting { Failover = { new LocalityLoadBalancerSetting.Types.Failover { From = "r1", To = "r3" } } }, outliers: true));

        Assert.Equal(["r1/z1/s1 1 0", "r1/z1/s2 2 1", "r1/z2/ 3 2", "r3/z1/ 5 3", "r2/z1/ 4 4"], Describe(assignment));
    }

    [Fact]
    public void With_outlier_detection_alone_the_nearer_places_come_first_too()
    {
        var rule = Given.Rule("a.org", with: rule => rule.TrafficPolicy = new() { OutlierDetection = new() });
        Assert.Equal(["r1/z1/s1 1 0", "r1/z1/s2 2 1", "r1/z2/ 3 2", "r2/z1/ 4 3", "r3/z1/ 5 3"], Describe(Assignment(rule)));

        // Unless the rule says no, or nobody knows where the client is.
        Assert.All(Assignment(Rule(new() { Enabled = false }, outliers: true)).Endpoints, place => Assert.Equal(0u, place.Priority));
        var nowhere = new TestMesh().Put(Service(), rule).Connect().Get<ClusterLoadAssignment>(XdsTypes.Endpoints, "outbound|20880||a.org");
        Assert.All(nowhere.Endpoints, place => Assert.Equal(0u, place.Priority));
    }

    [Fact]
    public void A_place_need_not_be_a_label_to_be_preferred_by_label()
    {
        var setting = new LocalityLoadBalancerSetting { FailoverPriority = { "topology.kubernetes.io/region", "topology.kubernetes.io/zone" } };
        Assert.Equal(
            ["r1/z1/s1 1 0", "r1/z1/s2 2 0", "r1/z2/ 3 1", "r2/z1/ 4 2", "r3/z1/ 5 2"], Describe(Assignment(Rule(setting, outliers: true))));
    }

    [Fact]
    public void Without_outlier_detection_nobody_knows_that_a_place_is_down() =>
        Assert.All(Assignment(Rule(new() { Enabled = true }, outliers: false)).Endpoints, place => Assert.Equal(0u, place.Priority));

    [Fact]
    public void Shares_by_place_count_for_the_clients_place()
    {
        var distribute = new LocalityLoadBalancerSetting.Types.Distribute { From = "r1/z1/*", To = { ["r1/*"] = 80, ["r2/*"] = 20 } };
        var assignment = Assignment(Rule(new() { Distribute = { distribute } }, outliers: false));

        var weights = assignment.Endpoints.ToDictionary(place => $"{place.Locality.Region}/{place.Locality.Zone}/{place.Locality.SubZone}", place => place.LoadBalancingWeight!.Value);
        Assert.DoesNotContain("r3/z1/", weights.Keys);
        Assert.Equal(4.0, (weights["r1/z1/s1"] + weights["r1/z1/s2"] + weights["r1/z2/"]) / (double)weights["r2/z1/"], 3);
        Assert.Equal(3.0, weights["r1/z2/"] / (double)weights["r1/z1/s1"], 3);
    }

    [Fact]
    public void A_subset_has_the_endpoints_with_its_labels()
    {
        var proxy = new TestMesh().Put(Given.Service("a.org", endpoints: ["10.0.0.1/v1", "10.0.0.2/v2"]), Given.Rule("a.org", subsets: ["v1", "v2", "v3"])).Connect();

        Assert.Equal(["10.0.0.2:20880"], Addresses(proxy, "v2"));
        Assert.Empty(Addresses(proxy, "v3"));
        Assert.Equal(["10.0.0.1:20880", "10.0.0.2:20880"], Addresses(proxy, ""));
    }

    [Fact]
    public void Clients_in_different_places_share_what_does_not_depend_on_the_place()
    {
        var mesh = new TestMesh().Put(Service(), Given.Rule("a.org"));
        var (near, far) = (mesh.Connect(at: new() { Region = "r1" }), mesh.Connect(at: new() { Region = "r2" }));

        Assert.Same(near.Current.Find(XdsTypes.Endpoints, "outbound|20880||a.org"), far.Current.Find(XdsTypes.Endpoints, "outbound|20880||a.org"));
    }

    private static string[] Addresses(TestProxy proxy, string subset) =>
    [
        .. proxy.Get<ClusterLoadAssignment>(XdsTypes.Endpoints, $"outbound|20880|{subset}|a.org").Endpoints.SelectMany(place => place.LbEndpoints)
            .Select(endpoint => endpoint.Endpoint.Address.SocketAddress).Select(address => $"{address.Address}:{address.PortValue}"),
    ];

    private static IEnumerable<string> Describe(ClusterLoadAssignment assignment) =>
        assignment.Endpoints.Select(place => $"{place.Locality.Region}/{place.Locality.Zone}/{place.Locality.SubZone} {place.LoadBalancingWeight} {place.Priority}");

    private static Resource Service() => Given.Service("a.org", endpoints: [], with: entry =>
    {
        for (var i = 0; i < Places.Length; i++) entry.Endpoints.Add(new WorkloadEntry { Address = $"10.0.0.{i + 1}", Locality = Places[i], Weight = (uint)i + 1 });
    });

    private static Resource Rule(LocalityLoadBalancerSetting setting, bool outliers) => Given.Rule("a.org", with: rule => rule.TrafficPolicy = new()
    {
        LoadBalancer = new() { LocalityLbSetting = setting },
        OutlierDetection = outliers ? new() : null,
    });

    private static ClusterLoadAssignment Assignment(Resource rule) =>
        new TestMesh().Put(Service(), rule).Connect(at: new Locality { Region = "r1", Zone = "z1", SubZone = "s1" })
            .Get<ClusterLoadAssignment>(XdsTypes.Endpoints, "outbound|20880||a.org");
}
