using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>Only what a proxy can use is sent to it.</summary>
public sealed class ReachTests
{
    private static readonly string[] Hosts = ["a.shop.org", "b.shop.org", "c.bank.org"];

    [Theory]
    [InlineData("./*", "a.shop.org,b.shop.org")]
    [InlineData("bank/*", "c.bank.org")]
    [InlineData("*/a.shop.org", "a.shop.org")]
    [InlineData("shop/*.shop.org", "a.shop.org,b.shop.org")]
    [InlineData("bank/a.shop.org", "")]
    [InlineData("*/*", "a.shop.org,b.shop.org,c.bank.org")]
    [InlineData("~/*", "")]
    [InlineData("c.bank.org", "c.bank.org")]
    public void A_sidecar_says_what_its_workloads_reach(string egress, string reached)
    {
        var proxy = Mesh().Put(Given.Sidecar("shop", "default", egress)).Connect("shop");

        Assert.Equal(reached.Split(',', StringSplitOptions.RemoveEmptyEntries), HostsOf(proxy));
    }

    [Fact]
    public void Services_that_come_later_are_reached_by_name_and_by_pattern()
    {
        var mesh = new TestMesh().Put(Given.Sidecar("shop", "default", "*/a.shop.org", "bank/*"));
        var proxy = mesh.Connect("shop");
        Assert.Empty(proxy.Clusters);

        mesh.Put(Services());

        Assert.Equal(["a.shop.org", "c.bank.org"], HostsOf(proxy));
    }

    [Fact]
    public void The_sidecar_with_a_selector_is_before_that_of_the_namespace_and_that_before_the_roots()
    {
        var mesh = Mesh().Put(Given.Sidecar("root", "default", "*/c.bank.org"));
        var (cart, other) = (mesh.Connect("shop", labels: [("app", "cart")]), mesh.Connect("shop"));
        Assert.Equal(["c.bank.org"], HostsOf(cart));

        mesh.Put(Given.Sidecar("shop", "default", "./*"));
        Assert.Equal(["a.shop.org", "b.shop.org"], HostsOf(cart));

        mesh.Put(Given.Sidecar("shop", "cart", sidecar =>
        {
            sidecar.WorkloadSelector = new() { Labels = { ["app"] = "cart" } };
            sidecar.Egress.Add(new IstioEgressListener { Hosts = { "~/*" } });
        }));
        Assert.Empty(HostsOf(cart));
        Assert.Equal(["a.shop.org", "b.shop.org"], HostsOf(other));
    }

    [Fact]
    public void What_is_not_exported_is_not_seen()
    {
        var mesh = new TestMesh().Put(Given.Service("a.shop.org", with: entry => entry.ExportTo.Add(".")));
        var (shop, bank) = (mesh.Connect("shop"), mesh.Connect("bank"));
        Assert.Equal((1, 0), (HostsOf(shop).Length, HostsOf(bank).Length));

        mesh.Put(Given.Service("a.shop.org"));
        Assert.Single(HostsOf(bank));
    }

    [Fact]
    public void An_egress_port_is_listened_at_instead_of_the_services_address()
    {
        var mesh = Mesh().Put(Given.Sidecar("shop", "default", sidecar =>
        {
            sidecar.Egress.Add(new IstioEgressListener { Hosts = { "*/a.shop.org" }, Port = new() { Number = 20880 }, Bind = "127.0.0.7" });
            sidecar.Egress.Add(new IstioEgressListener { Hosts = { "*/c.bank.org" }, Port = new() { Number = 1 } });
        }));

        Assert.Equal(["127.0.0.7_20880"], mesh.Connect("shop").Listeners);
    }

    private static string[] HostsOf(TestProxy proxy) => [.. proxy.Clusters.Select(name => name.Split('|')[^1]).Distinct()];

    private static TestMesh Mesh() => new TestMesh(new() { VirtualAddresses = "127.240.0.0/16", RootNamespace = "root" }).Put(Services());

    private static Resource[] Services() => [.. Hosts.Select(host => Given.Service(host, host.Split('.')[1]))];
}
