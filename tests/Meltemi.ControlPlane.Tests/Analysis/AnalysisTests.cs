using Meltemi.ControlPlane.Tests.Push;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Tests.Analysis;

public sealed class AnalysisTests
{
    private readonly TestMesh _mesh = new();

    [Fact]
    public void Of_two_services_with_one_host_the_younger_is_overruled_until_the_older_is_gone()
    {
        var (old, young) = (Given.Service("a.org", "bank", age: 1), Given.Service("a.org", "shop", age: 2));
        _mesh.Put(young, old);

        Expect(young, "Accepted", "also defined by ServiceEntry/bank/a.org, which is older");
        Assert.Empty(_mesh.ProblemsOf(old));

        _mesh.Delete(old);
        Assert.Empty(_mesh.ProblemsOf(young));
    }

    [Fact]
    public void Services_that_nobody_sees_both_do_not_mind_each_other()
    {
        var (one, other) = (Private("bank", 1), Private("shop", 2));
        _mesh.Put(one, other);

        Assert.Empty(_mesh.AllProblems());

        static Resource Private(string ns, int age) => Given.Service("a.org", ns, age, with: entry => entry.ExportTo.Add("."));
    }

    [Fact]
    public void Of_two_services_at_one_address_and_port_the_younger_says_so_until_it_has_another_one()
    {
        var (old, young) = (At("b.org", "127.240.1.1", age: 1), At("a.org", "127.240.1.1", age: 2));
        _mesh.Put(young, old);

        Expect(young, "Accepted", "127.240.1.1:20880 is also an address of b.org in ServiceEntry/shop/b.org, which is older");
        Assert.Empty(_mesh.ProblemsOf(old));

        _mesh.Put(At("b.org", "127.240.1.2", age: 1));
        Assert.Empty(_mesh.AllProblems());

        // It moves there later: the other one, which did not change, learns of it.
        _mesh.Put(At("b.org", "127.240.1.1", age: 1));
        Assert.Single(_mesh.ProblemsOf(young));
        _mesh.Put(At("a.org", "127.240.1.1", age: 2, port: 20881));
        Assert.Empty(_mesh.AllProblems());

        static Resource At(string host, string address, int age, int port = 20880) =>
            Given.Service(host, age: age, number: port, with: entry => entry.Addresses.Add(address));
    }

    [Fact]
    public void Two_hosts_of_one_resource_at_one_address_are_surely_not_meant()
    {
        var service = Given.Service("a.org", with: entry =>
        {
            entry.Hosts.Add("b.org");
            entry.Addresses.Add("127.240.1.1");
        });
        _mesh.Put(service);

        var problem = Assert.Single(_mesh.AllProblems());
        Assert.False(problem.IsError);
        Assert.Contains("clients that connect to 127.240.1.1:20880 come to a.org, the first of the hosts", problem.Text);
    }

    [Fact]
    public void A_rule_for_a_host_that_does_not_exist_is_not_resolved_until_it_does()
    {
        var rule = Given.Rule("a.org");
        _mesh.Put(rule);
        Expect(rule, "Resolved", "there is no service 'a.org'");

        _mesh.Put(Given.Service("a.org"));
        Assert.Empty(_mesh.ProblemsOf(rule));
    }

    [Fact]
    public void A_rule_may_name_a_core_service_by_its_short_name()
    {
        var rule = Given.Rule("cart");
        _mesh.Put(rule, Given.Of(ResourceKinds.Service, "shop", "cart", new Meltemi.Resources.Core.Service { Spec = new() }));

        Assert.Empty(_mesh.ProblemsOf(rule));
    }

    [Fact]
    public void Of_two_rules_for_one_host_in_one_namespace_the_older_counts()
    {
        var (old, young) = (Given.Rule("a.org", age: 1, name: "old"), Given.Rule("a.org", age: 2, name: "young"));
        _mesh.Put(Given.Service("a.org"), young, old, Given.Rule("a.org", "bank", age: 3));

        Expect(young, "Accepted", "DestinationRule/shop/old is for the same host");
        Assert.Single(_mesh.AllProblems());
    }

    [Fact]
    public void A_protocol_that_nobody_declared_is_not_resolved_until_somebody_does()
    {
        var service = Given.Service("a.org", port: "tcp-metaprotocol-acme");
        _mesh.Put(service);
        Expect(service, "Resolved", "nothing is known of the protocol 'acme'");

        _mesh.Put(Protocol("one", 1));
        Assert.Empty(_mesh.ProblemsOf(service));

        var second = Protocol("two", 2);
        _mesh.Put(second);
        Expect(second, "Accepted", "ApplicationProtocol/one declares the protocol 'acme' too");

        static Resource Protocol(string name, int age) => Given.Of(ResourceKinds.ApplicationProtocol, "", name, new ApplicationProtocol { Protocol = "acme", Codec = "acme" }, age);
    }

    [Fact]
    public void What_has_no_effect_is_a_warning()
    {
        var service = Given.Service("a.org", endpoints: ["10.0.0.1"], with: entry => entry.Addresses.Add("10.0.0.0/8"));
        var rule = Given.Rule("a.org", subsets: ["v1", "v1"], with: rule =>
        {
            rule.Subsets[0].Labels.Clear();
            rule.TrafficPolicy = new() { LoadBalancer = new() { LocalityLbSetting = new() { Enabled = true } } };
        });
        var sidecar = Given.Sidecar("shop", "default", "*/nobody.org", "./*");
        _mesh.Put(service, rule, sidecar);

        Assert.Contains("not a single IP address", Assert.Single(_mesh.ProblemsOf(service)).Text);
        Assert.Equal([true, false, false], _mesh.ProblemsOf(rule).Select(problem => problem.IsError));
        Assert.Contains("there is no service '*/nobody.org'", Assert.Single(_mesh.ProblemsOf(sidecar)).Text);
    }

    [Fact]
    public void A_name_among_static_endpoints_is_an_error()
    {
        var service = Given.Service("a.org", endpoints: ["x.a.org"]);
        _mesh.Put(service);

        Expect(service, "Accepted", "'x.a.org' is a name");
    }

    private void Expect(Resource resource, string concerns, string text)
    {
        var problem = Assert.Single(_mesh.ProblemsOf(resource));
        Assert.True(problem.IsError);
        Assert.Equal(concerns, problem.Concerns);
        Assert.Contains(text, problem.Text);
    }
}
