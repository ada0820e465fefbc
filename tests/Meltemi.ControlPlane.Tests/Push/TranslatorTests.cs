using Envoy.Config.Cluster.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Server;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>MetaRouters and EnvoyFilters on their way to proxies.</summary>
public sealed class TranslatorTests
{
    private const string Cart = "cart.shop.org";

    [Fact]
    public void A_MetaRouter_changes_routes_only_and_names_itself_as_their_source()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart), Given.Rule(Cart, subsets: ["v1", "v2"]));
        var proxy = mesh.Connect();

        mesh.Put(Given.Router(Cart, to: [(Cart, "v2", 100)]));

        Assert.Equal(["RouteConfiguration"], proxy.TakeChanges());
        Assert.Equal($"outbound|20880|v2|{Cart}", proxy.Get<RouteConfiguration>(XdsTypes.Route, $"{Cart}_20880").VirtualHosts[0].Routes[0].Route_.Cluster);
        Assert.Contains(proxy.Current.Find(XdsTypes.Route, $"{Cart}_20880")!.Sources, source => source is ResourceKey { Kind.Name: "MetaRouter" });
    }

    [Fact]
    public void A_route_for_some_clients_reaches_only_those()
    {
        var router = Given.Router(Cart, to: [(Cart, "v2", 100)]);
        router.SpecAs<Meltemi.Resources.Aeraki.MetaRouter>().Routes[0].Match = new() { SourceLabels = { ["app"] = "canary" } };
        var mesh = new TestMesh().Put(Given.Service(Cart), Given.Rule(Cart, subsets: ["v2"]), router);
        var (canary, other) = (mesh.Connect(labels: [("app", "canary")]), mesh.Connect(ip: "10.9.0.2", labels: [("app", "other")]));

        Assert.Single(canary.Get<RouteConfiguration>(XdsTypes.Route, $"{Cart}_20880").VirtualHosts[0].Routes);
        Assert.Empty(other.Get<RouteConfiguration>(XdsTypes.Route, $"{Cart}_20880").VirtualHosts[0].Routes);
    }

    [Fact]
    public void A_destination_outside_of_the_Sidecar_s_reach_brings_its_cluster()
    {
        var mesh = new TestMesh().Put(
            Given.Service(Cart), Given.Service("pay.bank.org", "bank"), Given.Sidecar("shop", "default", $"*/{Cart}"), Given.Router(Cart, to: [("pay.bank.org", "", 0)]));
        var proxy = mesh.Connect();

        Assert.Equal([$"outbound|20880||{Cart}", "outbound|20880||pay.bank.org"], proxy.Clusters);
        Assert.Equal([$"{Cart}_20880"], proxy.Names(XdsTypes.Route));
    }

    [Fact]
    public void An_EnvoyFilter_changes_what_selected_proxies_get_and_nothing_for_the_others()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart));
        var (selected, other) = (mesh.Connect(labels: [("app", "a")]), mesh.Connect(ip: "10.9.0.2", labels: [("app", "b")]));

        mesh.Put(Filter("slow", ("app", "a"), (ApplyTo.Cluster, Operation.Merge, """{"connect_timeout": "3s"}""")));

        Assert.Equal(["Cluster"], selected.TakeChanges());
        Assert.Empty(other.TakeChanges());
        Assert.Equal(3, selected.Get<Cluster>(XdsTypes.Cluster, $"outbound|20880||{Cart}").ConnectTimeout.Seconds);
        Assert.Equal(10, other.Get<Cluster>(XdsTypes.Cluster, $"outbound|20880||{Cart}").ConnectTimeout.Seconds);

        mesh.Delete(Filter("slow", ("app", "a")));

        Assert.Equal(10, selected.Get<Cluster>(XdsTypes.Cluster, $"outbound|20880||{Cart}").ConnectTimeout.Seconds);
        Assert.Equal(mesh.FromScratch().Connect(labels: [("app", "a")]).Everything(), selected.Everything());
    }

    [Fact]
    public void What_an_EnvoyFilter_adds_is_there_once_and_goes_with_it()
    {
        var filter = Filter(
            "add", null,
            (ApplyTo.Cluster, Operation.Add, """{"name": "limits", "type": "STRICT_DNS"}"""),
            (ApplyTo.Listener, Operation.Add, """{"name": "extra", "address": {"socket_address": {"address": "127.0.0.1", "port_value": 9}}}"""));
        var mesh = new TestMesh().Put(Given.Service(Cart), Given.Service("pay.shop.org"), filter);
        var proxy = mesh.Connect();

        Assert.Equal(["limits", $"outbound|20880||{Cart}", "outbound|20880||pay.shop.org"], proxy.Clusters);
        Assert.Contains("extra", proxy.Listeners);

        mesh.Delete(filter);

        Assert.DoesNotContain("limits", proxy.Clusters);
        Assert.DoesNotContain("extra", proxy.Listeners);
    }

    [Fact]
    public void A_cluster_that_an_EnvoyFilter_removes_does_not_keep_the_rest_from_being_served()
    {
        var mesh = new TestMesh().Put(Given.Service(Cart), Given.Service("pay.shop.org"), Filter("remove", null, (ApplyTo.Cluster, Operation.Remove, "{}")));
        var proxy = mesh.Connect();

        Assert.Empty(proxy.Clusters);
        Assert.Equal(2, proxy.Names(XdsTypes.Route).Count());
    }

    [Fact]
    public void The_analysis_covers_MetaRouters_and_EnvoyFilters()
    {
        var (router, filter) = (Given.Router(Cart, to: [(Cart, "v9", 100)]), Filter("bad", null, (ApplyTo.Cluster, Operation.Merge, """{"connect_timeout": "soon"}""")));
        var mesh = new TestMesh().Put(Given.Service(Cart), router, filter);

        Assert.Equal("spec.routes[0].route[0].destination.subset", Assert.Single(mesh.ProblemsOf(router)).Path);
        Assert.Equal("spec.configPatches[0].patch.value.connect_timeout", Assert.Single(mesh.ProblemsOf(filter)).Path);

        mesh.Put(Given.Rule(Cart, subsets: ["v9"]));

        Assert.Empty(mesh.ProblemsOf(router));
    }

    private static Resource Filter(string name, (string Key, string Value)? selector, params (ApplyTo ApplyTo, Operation Operation, string Value)[] patches)
    {
        var filter = new EnvoyFilter();
        if (selector is { } label) filter.WorkloadSelector = new() { Labels = { [label.Key] = label.Value } };
        foreach (var (applyTo, operation, value) in patches)
            filter.ConfigPatches.Add(new EnvoyConfigObjectPatch { ApplyTo = applyTo, Patch = new() { Operation = operation, Value = JsonParser.Default.Parse<Struct>(value) } });
        return Given.Of(ResourceKinds.EnvoyFilter, "shop", name, filter);
    }
}
