using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Push;
using Meltemi.Resources;
using Meltemi.Resources.Discovery;
using Meltemi.Resources.Istio;
using Core = Meltemi.Resources.Core;
using ServicePort = Meltemi.Resources.Istio.ServicePort;

namespace Meltemi.ControlPlane.Tests.Services;

/// <summary>Who serves a service: listed, selected, in slices.</summary>
public sealed class EndpointTests
{
    private static readonly ServiceId Cart = new("shop", "cart.shop.svc.cluster.local");

    [Fact]
    public void Listed_endpoints_have_their_own_ports_else_the_target_port_else_the_services()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org", with: entry =>
        {
            entry.Ports.Add(new ServicePort { Number = 9090, Name = "thrift", TargetPort = 9999 });
            entry.Endpoints.Add(new WorkloadEntry { Address = "10.0.0.2", Ports = { ["thrift"] = 7777 }, Weight = 5, Locality = "r/z/s" });
        }));

        var endpoints = mesh.Model.FindEndpoints(new("shop", "a.org"))!.Endpoints;

        Assert.Equal(["10.0.0.1 20880,9999 1 ", "10.0.0.2 20880,7777 5 r/z/s"], endpoints.Select(Text));
    }

    [Fact]
    public void A_selector_takes_workload_entries_and_pods_of_the_own_namespace_as_they_come_and_go()
    {
        var mesh = new TestMesh().Put(
            Given.Service("a.org", with: entry =>
            {
                entry.Endpoints.Clear();
                entry.WorkloadSelector = new() { Labels = { ["app"] = "a" } };
            }),
            Entry("shop", "w1", "10.0.0.1", "a"), Entry("bank", "w1", "10.0.0.2", "a"), Entry("shop", "w2", "10.0.0.3", "b"), Pod("p1", "10.0.0.4", "a"));
        Assert.Equal(["10.0.0.1", "10.0.0.4"], Addresses());

        mesh.Put(Entry("shop", "w2", "10.0.0.3", "a")).Delete(Entry("shop", "w1", "", ""));
        Assert.Equal(["10.0.0.3", "10.0.0.4"], Addresses());
        Assert.Empty(mesh.LastChanges.Hosts);

        IEnumerable<string> Addresses() => mesh.Model.FindEndpoints(new("shop", "a.org"))!.Endpoints.Select(endpoint => endpoint.Address);
    }

    [Fact]
    public void A_core_service_has_the_endpoints_of_its_slices_with_the_labels_of_their_pods()
    {
        var mesh = new TestMesh().Put(CoreService(), Pod("p1", "10.0.0.1", "cart"), Slice("s1", ("10.0.0.1", "p1", true), ("10.0.0.2", "", false)), Slice("s2", ("10.0.0.3", "", true)));

        Assert.Equal(["10.0.0.1 8080 1 ", "10.0.0.2 8080 1 ", "10.0.0.3 8080 1 "], Of(mesh).Select(Text));
        Assert.Equal([true, false, true], Of(mesh).Select(endpoint => endpoint.Ready));
        Assert.Equal("cart", Of(mesh)[0].Labels["app"]);

        mesh.Delete(Slice("s1"));
        Assert.Equal(["10.0.0.3"], Of(mesh).Select(endpoint => endpoint.Address));
    }

    [Fact]
    public void Without_slices_its_Endpoints_count_and_without_those_the_pods_that_it_selects()
    {
        var mesh = new TestMesh().Put(CoreService(), Pod("p1", "10.0.0.1", "cart"), Pod("p2", "10.0.0.2", "other"));
        Assert.Equal(["10.0.0.1 5555 1 "], Of(mesh).Select(Text));

        var endpoints = new Core.Endpoints { Subsets = { new Core.EndpointSubset { Addresses = { new Core.EndpointAddress { Ip = "10.0.0.7" } }, Ports = { new Core.EndpointPort { Name = "dubbo", Port = 6666 } } } } };
        mesh.Put(Given.Of(ResourceKinds.Endpoints, "shop", "cart", endpoints));
        Assert.Equal(["10.0.0.7 6666 1 "], Of(mesh).Select(Text));
    }

    [Fact]
    public void A_pod_that_becomes_ready_is_a_change_although_only_its_status_differs()
    {
        var mesh = new TestMesh().Put(CoreService(), Pod("p1", "10.0.0.1", "cart", ready: false));
        Assert.False(Of(mesh)[0].Ready);

        mesh.Put(Pod("p1", "10.0.0.1", "cart") with { Json = Pod("p1", "10.0.0.1", "cart", ready: false).Json });

        Assert.True(Of(mesh)[0].Ready);
    }

    [Fact]
    public void A_service_by_dns_without_endpoints_is_its_own()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org", endpoints: [], with: entry => entry.Resolution = ServiceEntry.Types.Resolution.Dns));

        Assert.Equal(["a.org 20880 1 "], mesh.Model.FindEndpoints(new("shop", "a.org"))!.Endpoints.Select(Text));
    }

    [Fact]
    public void An_endpoint_that_is_listed_twice_is_one() =>
        Assert.Single(new TestMesh().Put(Given.Service("a.org", endpoints: ["10.0.0.1", "10.0.0.1"])).Model.FindEndpoints(new("shop", "a.org"))!.Endpoints);

    private static ImmutableArray<ServiceEndpoint> Of(TestMesh mesh) => mesh.Model.FindEndpoints(Cart)!.Endpoints;

    private static string Text(ServiceEndpoint endpoint) => $"{endpoint.Address} {string.Join(',', endpoint.Ports)} {endpoint.Weight} {endpoint.Locality}";

    private static Resource Entry(string ns, string name, string address, string app) =>
        Given.Of(ResourceKinds.WorkloadEntry, ns, name, new WorkloadEntry { Address = address, Labels = { ["app"] = app } });

    private static Resource CoreService() => Given.Of(ResourceKinds.Service, "shop", "cart", new Core.Service
    {
        Spec = new()
        {
            ClusterIP = "10.96.0.1",
            Selector = { ["app"] = "cart" },
            Ports = { new Core.ServicePort { Name = "dubbo", Port = 20880, TargetPort = Value.ForString("rpc") } },
        },
    });

    private static Resource Pod(string name, string ip, string app, bool ready = true) => Given.Of(ResourceKinds.Pod, "shop", name, new Core.Pod
    {
        Spec = new() { Containers = { new Core.Container { Ports = { new Core.ContainerPort { Name = "rpc", ContainerPort_ = 5555 } } } } },
        Status = new() { PodIP = ip, Phase = "Running", Conditions = { new Core.PodCondition { Type = "Ready", Status = ready ? "True" : "False" } } },
    }, labels: ("app", app));

    private static Resource Slice(string name, params (string Address, string Pod, bool Ready)[] endpoints)
    {
        var slice = new EndpointSlice { AddressType = "IPv4", Ports = { new EndpointPort { Name = "dubbo", Port = 8080 } } };
        foreach (var (address, pod, ready) in endpoints)
            slice.Endpoints.Add(new Endpoint
            {
                Addresses = { address },
                Conditions = new() { Ready = ready },
                TargetRef = pod.Length > 0 ? new() { Kind = "Pod", Name = pod } : null,
            });
        return Given.Of(ResourceKinds.EndpointSlice, "shop", name, slice, labels: ("kubernetes.io/service-name", "cart"));
    }
}
