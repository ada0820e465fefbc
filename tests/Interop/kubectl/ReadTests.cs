using System.Text;
using Meltemi.Interop.Tests.Support;
using Meltemi.Resources;

namespace Meltemi.Interop.Tests.Kubectl;

public sealed class ReadTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Get_shows_objects_in_every_form(string program)
    {
        var kubectl = api.Kubectl(program);
        await kubectl.Run($"apply -f {kubectl.Write(Objects.Orders)} -f {kubectl.Write(Objects.Routes)}");
        var table = await kubectl.Run("get serviceentries");
        Assert.Matches("^NAME +HOSTS +PORTS +LOCATION +RESOLUTION +ACCEPTED +RESOLVED +PROGRAMMED +AGE\n", table);
        Assert.Matches(@"\norders +orders.example +20880/tcp-metaprotocol-dubbo +<none> +STATIC +Unknown +Unknown +Unknown +[0-9]+s$", table);
        Assert.Matches(@"AGE +ADDRESSES +ENDPOINTS +MESSAGE\n.* <none> +10\.0\.0\.1 +<none>$", await kubectl.Run("get se -o wide"));
        Assert.Contains("\nspec:\n  endpoints:\n  - address: 10.0.0.1\n", await kubectl.Run("get se orders -o yaml"));
        Assert.Contains("\"kind\": \"ServiceEntry\"", await kubectl.Run("get se.networking.istio.io/orders -o json"));
        Assert.Equal("serviceentry.networking.istio.io/orders", await kubectl.Run("get se -o name"));
        Assert.Equal("orders.example 20880", await kubectl.Run("get", "se", "orders", "-o", "jsonpath={.spec.hosts[0]} {.spec.ports[0].number}"));
        Assert.Contains("apiVersion: networking.istio.io/v1beta1\n", await kubectl.Run("get serviceentries.v1beta1.networking.istio.io orders -o yaml"));
        Assert.Equal(
            "serviceentry.networking.istio.io/orders\nmetarouter.metaprotocol.aeraki.io/orders",
            string.Join('\n', (await kubectl.Run("get mesh -o name")).Split('\n').OrderByDescending(line => line)));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Get_selects_by_labels_fields_and_namespaces(string program)
    {
        var kubectl = api.Kubectl(program);
        await kubectl.Run($"apply -f {kubectl.Write(Objects.Orders)}");
        Assert.Contains("orders", await kubectl.Run("get se -l team=shop"));
        Assert.Equal("", await kubectl.Run("get se -l team!=shop --ignore-not-found -o name"));
        Assert.Contains("orders", await kubectl.Run("get se --field-selector metadata.name=orders"));
        Assert.Contains("field label not supported: spec.hosts", (await kubectl.Try("get se --field-selector spec.hosts=a")).Seen);
        Assert.Matches($@"\n{kubectl.Namespace} +orders ", await kubectl.Run("get se --all-namespaces"));
        Assert.Matches($@"\n{kubectl.Namespace} +Active", await kubectl.Run("get namespaces"));
        var (exitCode, _, seen) = await kubectl.Try("get se other");
        Assert.Equal(1, exitCode);
        Assert.Contains("Error from server (NotFound): serviceentries.networking.istio.io \"other\" not found", seen);
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Watch_shows_what_happens(string program)
    {
        var kubectl = api.Kubectl(program);
        await kubectl.Run($"apply -f {kubectl.Write(Objects.Orders)}");
        await using var watch = kubectl.Start("get se --watch --output-watch-events");
        Assert.StartsWith("EVENT ", await watch.ReadAsync());
        Assert.Matches("^ADDED +orders ", await watch.ReadAsync());
        await kubectl.Run("patch se orders --type=merge -p {\"spec\":{\"hosts\":[\"b.example\"]}}");
        Assert.Matches(@"^MODIFIED +orders +b\.example ", await watch.ReadAsync());
        await kubectl.Run("delete se orders");
        Assert.Matches(@"^DELETED +orders +b\.example ", await watch.ReadAsync());
        watch.Terminate();
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Describe_and_wait_see_the_status(string program)
    {
        var kubectl = api.Kubectl(program);
        await kubectl.Run($"apply -f {kubectl.Write(Objects.Routes)}");
        var key = new ResourceKey(ResourceKinds.MetaRouter, kubectl.Namespace, "orders");
        await using var wait = kubectl.Start("wait metarouter/orders --for=condition=Programmed --timeout=120s");
        await api.Store.PutStatusAsync(key, api.Store.Current.Resources[key].Meta.Uid, new()
        {
            ObservedGeneration = 1,
            Conditions =
            [
                new(Condition.Accepted, true, "Valid", "It is valid.", DateTimeOffset.UtcNow),
                new(Condition.Programmed, true, "Acknowledged", "3 of 3 proxies run it.", DateTimeOffset.UtcNow),
            ],
            Messages = [new(false, "spec.routes[1]", "There is no subset v1.")],
        }, default);
        Assert.Equal("metarouter.metaprotocol.aeraki.io/orders condition met", await wait.ReadAsync());
        var described = await kubectl.Run("describe metarouter orders");
        foreach (var part in (string[])["Kind:         MetaRouter", "3 of 3 proxies run it.", "Validation Messages:", "There is no subset v1.", "Events:  "])
            Assert.Contains(part, described);
        Assert.Matches(@"\norders +orders.example +2 +True +Unknown +True +[0-9]+s .* 3 of 3 proxies run it\.$", await kubectl.Run("get mr -o wide"));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Kinds_and_versions_are_found(string program)
    {
        var kubectl = api.Kubectl(program);
        Assert.Matches(@"\nmetarouters +mr +metaprotocol.aeraki.io/v1alpha1 +true +MetaRouter", await kubectl.Run("api-resources"));
        var wide = (await kubectl.Run("api-resources -o wide")).Replace(',', ' ');
        Assert.Matches(@"networking.istio.io/v1 +true +DestinationRule +\[?create delete deletecollection get list patch update watch", wide);
        Assert.Contains("networking.istio.io/v1beta1\n", await kubectl.Run("api-versions"));
        Assert.Contains("+meltemi-", await kubectl.Run("version"));
        Assert.Contains(" is running at ", await kubectl.Run("cluster-info"));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Explain_says_what_fields_are_for(string program)
    {
        var kubectl = api.Kubectl(program);
        var kind = await kubectl.Run("explain metarouter");
        Assert.Matches(@"KIND: +MetaRouter
VERSION: +(metaprotocol.aeraki.io/)?v1alpha1", kind);
        Assert.Matches(@"
 +spec	<", kind);
        Assert.Matches(@"
 +exact	<string>", await kubectl.Run("explain metarouter.spec.routes.match.attributes"));
        Assert.Matches(@"
 +lastTransitionTime	<string>", await kubectl.Run("explain serviceentry.status.conditions --api-version=networking.istio.io/v1beta1"));
        Assert.Contains("spec.routes.nothing", (await kubectl.Try("explain metarouter.spec.routes.nothing")).Seen.Replace("\"nothing\" does not exist", "spec.routes.nothing"));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Long_lists_come_page_by_page(string program)
    {
        var kubectl = api.Kubectl(program);
        for (var i = 0; i < 1200; i++)
        {
            var text = $$$"""
                {"apiVersion": "networking.istio.io/v1", "kind": "Sidecar", "metadata": {"name": "s{{{i}}}", "namespace": "{{{kubectl.Namespace}}}"}, "spec": {}}
                """;
            await api.Store.PutAsync(ResourceText.FromJson(Encoding.UTF8.GetBytes(text)).Resource!, "", default);
        }

        var lines = (await kubectl.Run("get sidecars --no-headers")).Split('\n');
        Assert.Equal(1200, lines.Distinct().Count());
    }
}
