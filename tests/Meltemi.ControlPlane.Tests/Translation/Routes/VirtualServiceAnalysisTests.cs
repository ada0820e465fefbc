using Meltemi.ControlPlane.Tests.Translation.Grpc;
using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation.Routes;
using static Meltemi.ControlPlane.Tests.Translation.Grpc.GrpcMesh;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>What the status of a VirtualService says.</summary>
public class VirtualServiceAnalysisTests
{
    private static IEnumerable<string> Analyze(string service, params string[] more)
    {
        var mesh = new TestMesh(string.Join("\n---\n", [Greeter, Rule, .. more, service]));
        VirtualServiceAnalysis.Analyze(mesh.All("VirtualService").Last(), mesh.View("shop"));
        return mesh.Messages;
    }

    [Fact]
    public void A_good_one_has_no_message() =>
        Assert.Empty(Analyze(VirtualService($"- match: [{{ sourceLabels: {{ app: x }}, uri: {{ prefix: /a.B/ }} }}]\n  route: [{{ destination: {{ host: {Host}, subset: v1 }} }}]")));

    [Fact]
    public void Routes_for_some_clients_only_are_looked_at_too() =>
        Assert.Equal(
            ["Warning spec.http[0].match[0].queryParams: no gRPC call matches: a gRPC call has no query"],
            Analyze(VirtualService($"- match: [{{ sourceLabels: {{ app: x }}, queryParams: {{ q: {{ exact: x }} }} }}]\n  route: [{{ destination: {{ host: {Host} }} }}]")));

    [Fact]
    public void What_gRPCs_clients_cannot_do_with_a_retry_is_said()
    {
        var path = "Warning spec.http[0].retries.";

        Assert.Equal(
            [
                $"{path}perTryTimeout: no effect: gRPC's clients have no time limit for a single try",
                $"{path}retryRemoteLocalities: no effect: gRPC's clients choose an endpoint for each try as for the first one",
                $"{path}retryIgnorePreviousHosts: no effect: gRPC's clients choose an endpoint for each try as for the first one",
            ],
            Analyze(VirtualService(
                $"- route: [{{ destination: {{ host: {Host} }} }}]\n  retries: {{ attempts: 2, perTryTimeout: 1s, retryRemoteLocalities: true, retryIgnorePreviousHosts: true }}")));
    }

    [Fact]
    public void A_subset_that_does_not_exist_is_named() =>
        Assert.Equal(
            [$"Resolved spec.http[0].route[0].destination.subset: {Host} has no subset 'v3': there are v1, v2"],
            Analyze(VirtualService($"- route: [{{ destination: {{ host: {Host}, subset: v3 }} }}]")));

    [Fact]
    public void A_younger_one_for_the_same_host_is_overruled()
    {
        var service = VirtualService($"- route: [{{ destination: {{ host: {Host} }} }}]");

        Assert.Equal(
            [$"Accepted spec.hosts[0]: the VirtualService shop/greeter is for {Host} too, and it is older: it counts"],
            Analyze(service.Replace("name: greeter", "name: second"), service));
    }

    [Fact]
    public void Hosts_and_gateways_must_exist()
    {
        var service = VirtualService($"- route: [{{ destination: {{ host: {Host} }} }}]").Replace($"[{Host}]", "[nobody.org, '*.any.org']\n  gateways: [mesh, edge]");

        Assert.Equal(
            ["Resolved spec.hosts[0]: there is no service 'nobody.org'", "Resolved spec.gateways[1]: there is no Gateway 'shop/edge'"], Analyze(service));
    }

    [Theory]
    [InlineData("http", "the http routes have no effect on proxies, which pass HTTP on as bytes yet; gRPC's own clients follow them")]
    [InlineData("tcp", "the http routes have no effect: no port of web.org speaks gRPC; name one such as grpc")]
    public void Routes_for_a_service_that_has_no_gRPC_are_said_to_be_without_effect(string port, string message)
    {
        var web = $"apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {{ name: web }}\nspec: {{ hosts: [web.org], ports: [{{ number: 80, name: {port} }}] }}";

        Assert.Equal([$"Warning spec.hosts[0]: {message}"], Analyze(VirtualService("- route: [{ destination: { host: web.org } }]").Replace($"[{Host}]", "[web.org]"), web));
    }
}
