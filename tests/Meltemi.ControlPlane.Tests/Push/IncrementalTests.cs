using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Push;

public sealed class IncrementalTests
{
    private const string Cart = "cart.shop.org";

    [Fact]
    public void A_change_of_endpoints_changes_endpoints_only()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart, endpoints: ["10.0.0.1"]), Given.Service("pay.shop.org"));
        var proxy = mesh.Connect();
        var (routes, listeners, clusters) = (proxy.Current.All(XdsTypes.Route), proxy.Current.All(XdsTypes.Listener), proxy.Current.All(XdsTypes.Cluster));

        mesh.Put(Given.Service(Cart, endpoints: ["10.0.0.1", "10.0.0.2"]));

        Assert.Equal(["ClusterLoadAssignment"], proxy.TakeChanges());
        Assert.Equal(1, proxy.Notified);
        Assert.Same(routes, proxy.Current.All(XdsTypes.Route));
        Assert.Same(listeners, proxy.Current.All(XdsTypes.Listener));
        Assert.Same(clusters, proxy.Current.All(XdsTypes.Cluster));
    }

    [Fact]
    public void Endpoints_tell_which_workload_entries_they_are_though_a_proxy_is_told_nothing_of_that()
    {
        var mesh = new TestMesh().Put(
            Given.Service(Cart, with: entry =>
            {
                entry.Endpoints.Clear();
                entry.WorkloadSelector = new() { Labels = { ["app"] = "cart" } };
            }),
            Entry("one", "10.0.0.1"), Entry("other", "10.0.0.2"));
        var proxy = mesh.Connect();
        Assert.Equal(["cart.shop.org", "one", "other"], Sources());
        var version = Endpoints().Version;

        mesh.Change((Entry("one", "").Key, null), (Entry("two", "").Key, Entry("two", "10.0.0.1")));

        Assert.Equal(["cart.shop.org", "other", "two"], Sources());
        Assert.Equal(version, Endpoints().Version);

        static Resource Entry(string name, string address) =>
            Given.Of(ResourceKinds.WorkloadEntry, "shop", name, new WorkloadEntry { Address = address, Labels = { ["app"] = "cart" } });

        XdsResource Endpoints() => proxy.Current.Find(XdsTypes.Endpoints, $"outbound|20880||{Cart}")!;

        IEnumerable<string> Sources() => Endpoints().Sources.Cast<ResourceKey>().Select(source => source.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_change_of_routes_changes_routes_only()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart), Given.Rule(Cart, subsets: ["v1", "v2"]), Given.Router(Cart, to: (Cart, "v1", 100)));
        var proxy = mesh.Connect();

        mesh.Put(Given.Router(Cart, to: (Cart, "v2", 100)));

        Assert.Equal(["RouteConfiguration"], proxy.TakeChanges());
    }

    [Fact]
    public void A_route_to_a_service_out_of_reach_brings_its_cluster_and_takes_it_away_again()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart), Given.Service("pay.shop.org"), Given.Rule("pay.shop.org", subsets: ["v1", "v2"]), Given.Sidecar("shop", "default", $"*/{Cart}"));
        var proxy = mesh.Connect();
        Assert.Equal([$"outbound|20880||{Cart}"], proxy.Clusters);

        mesh.Put(Given.Router(Cart, to: ("pay.shop.org", "v1", 100)));
        Assert.Equal([$"outbound|20880|v1|pay.shop.org", $"outbound|20880||{Cart}"], proxy.Clusters);
        Assert.Single(proxy.Listeners);
        proxy.TakeChanges();

        mesh.Put(Given.Service("pay.shop.org", endpoints: ["10.0.0.9/v1"]));
        Assert.Equal(["ClusterLoadAssignment"], proxy.TakeChanges());

        mesh.Delete(Given.Router(Cart));
        Assert.Equal([$"outbound|20880||{Cart}"], proxy.Clusters);
    }

    [Fact]
    public void A_change_that_means_the_same_is_not_pushed()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart, with: entry => entry.SubjectAltNames.Add("a")));
        var proxy = mesh.Connect();

        mesh.Put(Given.Service(Cart, with: entry => entry.SubjectAltNames.Add("b")));

        Assert.Empty(proxy.TakeChanges());
        Assert.Equal(0, proxy.Notified);
    }

    [Fact]
    public void A_proxy_that_cannot_see_a_service_is_not_told_of_its_changes()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart), Given.Service("pay.shop.org"), Given.Sidecar("bank", "default", $"*/{Cart}"));
        var (shop, bank) = (mesh.Connect("shop"), mesh.Connect("bank"));

        mesh.Put(Given.Service("pay.shop.org", endpoints: ["10.0.0.9"]));

        Assert.Equal(1, shop.Notified);
        Assert.Equal(0, bank.Notified);
        Assert.Equal([$"outbound|20880||{Cart}"], bank.Clusters);
    }

    [Fact]
    public void What_is_the_same_for_two_proxies_is_one_object_made_once()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart));
        var first = mesh.Connect("shop", "10.9.0.1", labels: [("app", "a")]);
        var made = mesh.Publisher.OutputsMade;
        var second = mesh.Connect("shop", "10.9.0.2", labels: [("app", "b")]);

        Assert.Equal(made, mesh.Publisher.OutputsMade);
        foreach (var type in XdsTypes.InOrder)
            foreach (var resource in first.Current.All(type))
                Assert.Same(resource, second.Current.Find(type, resource.Name));
    }

    [Fact]
    public void A_change_costs_what_it_touches_and_not_what_there_is()
    {
        var mesh = new TestMesh().Put([.. Enumerable.Range(0, 200).Select(i => Given.Service($"s{i}.shop.org"))]);
        mesh.Connect();
        var made = mesh.Publisher.OutputsMade;

        mesh.Put(Given.Service("s7.shop.org", endpoints: ["10.0.0.77"]));

        Assert.Equal(made + 1, mesh.Publisher.OutputsMade);
    }

    [Fact]
    public void A_service_that_comes_and_goes_leaves_nothing()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart));
        var proxy = mesh.Connect();
        var before = proxy.Everything();

        mesh.Put(Given.Service("pay.shop.org"), Given.Rule("pay.shop.org", subsets: ["v1"]), Given.Router("pay.shop.org", to: ("pay.shop.org", "v1", 100)));
        Assert.NotEqual(before, proxy.Everything());
        mesh.Delete(Given.Router("pay.shop.org"), Given.Rule("pay.shop.org"), Given.Service("pay.shop.org"));

        Assert.Equal(before, proxy.Everything());
    }
}
