using System.Net;
using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public class DiscoveryTests
{
    [Fact]
    public async Task Health_is_told_to_anybody_and_the_rest_needs_the_token()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var stranger = new HttpClient { BaseAddress = api.Server.Address };
        foreach (var path in (string[])["/healthz", "/livez", "/readyz"]) Assert.Equal("ok", await stranger.GetStringAsync(path));
        foreach (var path in (string[])["/", "/version", "/api", "/apis", ApiUnderTest.Routers, "/nothing"])
        {
            using var refused = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains("\"reason\":\"Unauthorized\"", await refused.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("Bearer 0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("Bearer ")]
    [InlineData("Basic YTpi")]
    public async Task A_wrong_token_is_refused(string header)
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var stranger = new HttpClient { BaseAddress = api.Server.Address };
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        using var refused = await stranger.GetAsync("/version");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bearer realm=\"meltemi\"", refused.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Groups_versions_and_kinds_are_listed()
    {
        await using var api = await ApiUnderTest.StartAsync();
        Assert.Equal("v1", (await api.Get("/api")).Expect(200).At("versions.0"));
        var groups = (await api.Get("/apis")).Expect(200).Json["groups"]!.AsArray();
        Assert.Contains(groups, group => group!["name"]!.GetValue<string>() == "metaprotocol.aeraki.io");
        var istio = (await api.Get("/apis/networking.istio.io")).Expect(200);
        Assert.Equal("networking.istio.io/v1", istio.At("preferredVersion.groupVersion"));
        Assert.Equal(3, istio.Json["versions"]!.AsArray().Count);

        var kinds = (await api.Get("/apis/networking.istio.io/v1beta1")).Expect(200).Json["resources"]!.AsArray();
        var rule = kinds.Single(kind => kind!["name"]!.GetValue<string>() == "destinationrules")!;
        Assert.Equal("""["create","delete","deletecollection","get","list","patch","update","watch"]""", rule["verbs"]!.ToJsonString());
        Assert.Equal("""["dr"]""", rule["shortNames"]!.ToJsonString());
        Assert.Contains(kinds, kind => kind!["name"]!.GetValue<string>() == "destinationrules/status");
        Assert.DoesNotContain(kinds, kind => kind!["name"]!.GetValue<string>() == "envoyfilters"); // served in v1alpha3 only
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v2beta1")]
    public async Task Newer_clients_get_everything_at_once(string version)
    {
        await using var api = await ApiUnderTest.StartAsync();
        var accept = $"application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList,application/json";
        var answer = (await api.Get("/apis", accept)).Expect(200);
        Assert.Equal($"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList", answer.ContentType.Replace(" ", ""));
        var router = answer.Json["items"]!.AsArray().Single(group => group!["metadata"]!["name"]!.GetValue<string>() == "metaprotocol.aeraki.io")!["versions"]![0]!["resources"]![0]!;
        Assert.Equal("metarouters", router["resource"]!.GetValue<string>());
        Assert.Equal("Namespaced", router["scope"]!.GetValue<string>());
        Assert.Equal("status", router["subresources"]![0]!["subresource"]!.GetValue<string>());

        var core = (await api.Get("/api", accept)).Expect(200).Json["items"]!.AsArray();
        Assert.Equal("v1", Assert.Single(core)!["versions"]![0]!["version"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_page_that_the_client_has_is_not_sent_again()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var first = await api.Client.GetAsync("/apis");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/apis");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await api.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/apis/nothing.io")]
    [InlineData("/apis/metaprotocol.aeraki.io/v9")]
    [InlineData("/apis/metaprotocol.aeraki.io/v1alpha1/nothings")]
    [InlineData("/apis/metaprotocol.aeraki.io/v1alpha1/metarouters/a")] // namespaced: it needs a namespace
    [InlineData("/apis/metaprotocol.aeraki.io/v1alpha1/namespaces/default/applicationprotocols/a")] // and this one has none
    [InlineData("/apis/metaprotocol.aeraki.io/v1alpha1/namespaces/default/metarouters/a/scale")]
    [InlineData("/apis/metaprotocol.aeraki.io/v1alpha1/namespaces/default/metarouters/a/status/b")]
    [InlineData("/apis/networking.istio.io/v1/namespaces/default/envoyfilters")]
    public async Task What_is_not_there_is_a_404(string path)
    {
        await using var api = await ApiUnderTest.StartAsync();
        var answer = (await api.Get(path)).Expect(404);
        Assert.Equal("NotFound", answer.Reason);
        Assert.Equal("Status", answer.At("kind"));
    }

    [Fact]
    public async Task Endpoints_of_the_controllers_own_need_the_token_too_and_come_before_the_rest()
    {
        await using var api = await ApiUnderTest.StartAsync(options => options with
        {
            MoreEndpoints = endpoints => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(endpoints, "/meltemi/v1/proxies/{id}", Proxy),
        });
        Assert.Equal("proxy one", (await api.Get("/meltemi/v1/proxies/one")).Expect(200).At("text"));
        (await api.Get("/meltemi/v1/others")).Expect(404);
        (await api.Get("/apis")).Expect(200);
        using var stranger = new HttpClient { BaseAddress = api.Server.Address };
        using var refused = await stranger.GetAsync("/meltemi/v1/proxies/one");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static Task Proxy(Microsoft.AspNetCore.Http.HttpContext http) =>
        Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
            http.Response, "proxy " + Microsoft.AspNetCore.Routing.RoutingHttpContextExtensions.GetRouteValue(http, "id"));
}
