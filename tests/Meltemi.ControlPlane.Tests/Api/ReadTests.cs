using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public class ReadTests
{
    [Fact]
    public async Task An_object_is_shown_with_what_the_store_decides_and_without_losing_anything()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var router = Samples.Router("a", metadata: """ "annotations": {"note": "çok iyi"}, "odd": {"x": 1.50} """, spec: """ "future": [1e3, null, {"deep": true}] """);
        (await api.Post(ApiUnderTest.Routers, router)).Expect(201);
        var shown = (await api.Get(ApiUnderTest.Routers + "/a")).Expect(200);
        Assert.Equal("""{"x":1.50}""", shown.At("metadata.odd"));
        Assert.Equal("""[1e3,null,{"deep":true}]""", shown.At("spec.future"));
        Assert.Equal("çok iyi", shown.At("metadata.annotations.note"));
        Assert.Equal("default", shown.At("metadata.namespace"));
        Assert.Equal("1", shown.At("metadata.generation"));
        Assert.Matches("^[0-9a-f-]{36}$", shown.At("metadata.uid")!);
        Assert.Matches("^20[0-9-]{8}T[0-9:]{8}Z$", shown.At("metadata.creationTimestamp")!);
        Assert.Equal(api.Store.Current.Revision.ToString(), shown.Version);
    }

    [Fact]
    public async Task An_object_is_shown_in_the_version_that_is_asked_for()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Rules, Samples.Rule("a"))).Expect(201);
        foreach (var version in (string[])["v1", "v1beta1", "v1alpha3"])
        {
            var path = ApiUnderTest.Rules.Replace("/v1/", $"/{version}/");
            Assert.Equal($"networking.istio.io/{version}", (await api.Get(path + "/a")).Expect(200).At("apiVersion"));
            Assert.Equal($"networking.istio.io/{version}", (await api.Get(path)).Expect(200).At("items.0.apiVersion"));
        }
    }

    [Fact]
    public async Task A_list_covers_one_namespace_or_all_and_is_ordered()
    {
        await using var api = await ApiUnderTest.StartAsync();
        foreach (var (space, name) in ((string, string)[])[("b", "z"), ("a", "y"), ("a", "x")])
            (await api.Post(ApiUnderTest.Routers.Replace("default", space), Samples.Router(name))).Expect(201);
        Assert.Equal(["x", "y", "z"], (await api.Get("/apis/metaprotocol.aeraki.io/v1alpha1/metarouters")).Expect(200).ItemNames);
        var one = (await api.Get(ApiUnderTest.Routers.Replace("default", "b"))).Expect(200);
        Assert.Equal(["z"], one.ItemNames);
        Assert.Equal("MetaRouterList", one.At("kind"));
        Assert.Empty((await api.Get(ApiUnderTest.Routers)).Expect(200).ItemNames);
        Assert.Equal(["a", "b", "default"], (await api.Get("/api/v1/namespaces")).Expect(200).ItemNames);
        (await api.Get("/api/v1/namespaces/b")).Expect(200);
        (await api.Get("/api/v1/namespaces/c")).Expect(404);
    }

    [Theory]
    [InlineData("labelSelector=app%3Dshop", "one two")]
    [InlineData("labelSelector=app%3Dshop,tier!%3Dback", "one")]
    [InlineData("labelSelector=tier in (front, back)", "one two")]
    [InlineData("labelSelector=tier notin (front)", "three two")]
    [InlineData("labelSelector=!app", "three")]
    [InlineData("labelSelector=size>5", "two")]
    [InlineData("fieldSelector=metadata.name%3Dtwo", "two")]
    [InlineData("fieldSelector=metadata.name!%3Dtwo,metadata.namespace%3Ddefault", "one three")]
    [InlineData("fieldSelector=metadata.name%3Dtwo&labelSelector=tier%3Dfront", "")]
    public async Task A_list_can_be_selected_from(string query, string names)
    {
        await using var api = await ApiUnderTest.StartAsync();
        foreach (var (name, labels) in ((string, string)[])[("one", """ "app": "shop", "tier": "front", "size": "5" """), ("two", """ "app": "shop", "tier": "back", "size": "9" """), ("three", "")])
            (await api.Post(ApiUnderTest.Routers, Samples.Router(name, metadata: $$""" "labels": { {{labels}} } """))).Expect(201);
        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), (await api.Get($"{ApiUnderTest.Routers}?{query}")).Expect(200).ItemNames);
    }

    [Theory]
    [InlineData("labelSelector=a in", "\"(\" was expected")]
    [InlineData("labelSelector=a,,b", "the name of a label was expected")]
    [InlineData("labelSelector=a=b c", "\"c\" was not expected")]
    [InlineData("labelSelector=a>x", "\"x\" is no whole number")]
    [InlineData("fieldSelector=spec.host%3Da", "field label not supported: spec.host")]
    [InlineData("fieldSelector=metadata.name", "is not of the form field=value")]
    [InlineData("limit=-1", "a whole number was expected")]
    [InlineData("continue=abc", "continue key is not valid")]
    [InlineData("resourceVersion=abc", "a whole number was expected")]
    [InlineData("resourceVersionMatch=Exact", "forbidden unless resourceVersion is provided")]
    [InlineData("watch=maybe", "true or false was expected")]
    public async Task What_cannot_be_understood_is_a_400_that_says_why(string query, string message)
    {
        await using var api = await ApiUnderTest.StartAsync();
        var answer = (await api.Get($"{ApiUnderTest.Routers}?{query}")).Expect(400);
        Assert.Equal("BadRequest", answer.Reason);
        Assert.Contains(message, answer.Message);
    }

    [Fact]
    public async Task All_pages_of_a_list_show_the_state_of_the_first()
    {
        await using var api = await ApiUnderTest.StartAsync();
        for (var i = 0; i < 5; i++) (await api.Post(ApiUnderTest.Routers, Samples.Router($"r{i}"))).Expect(201);
        var first = (await api.Get(ApiUnderTest.Routers + "?limit=2")).Expect(200);
        Assert.Equal(["r0", "r1"], first.ItemNames);
        Assert.Equal("3", first.At("metadata.remainingItemCount"));

        (await api.Delete(ApiUnderTest.Routers + "/r2")).Expect(200);
        (await api.Post(ApiUnderTest.Routers, Samples.Router("r22"))).Expect(201);
        var second = (await api.Get($"{ApiUnderTest.Routers}?limit=2&continue={first.At("metadata.continue")}")).Expect(200);
        Assert.Equal(["r2", "r3"], second.ItemNames);
        Assert.Equal(first.Version, second.Version);
        var last = (await api.Get($"{ApiUnderTest.Routers}?limit=2&continue={second.At("metadata.continue")}")).Expect(200);
        Assert.Equal(["r4"], last.ItemNames);
        Assert.Null(last.At("metadata.continue"));
        Assert.Equal(["r0", "r1", "r22", "r3", "r4"], (await api.Get(ApiUnderTest.Routers)).ItemNames);
    }

    [Fact]
    public async Task A_list_whose_state_is_forgotten_begins_again()
    {
        await using var api = await ApiUnderTest.StartAsync(options => options with { MaxPagedLists = 1 });
        for (var i = 0; i < 3; i++) (await api.Post(ApiUnderTest.Routers, Samples.Router($"r{i}"))).Expect(201);
        var first = (await api.Get(ApiUnderTest.Routers + "?limit=1")).Expect(200);
        (await api.Delete(ApiUnderTest.Routers + "/r2")).Expect(200);
        (await api.Get(ApiUnderTest.Routers + "?limit=1")).Expect(200);
        Assert.Equal("Expired", (await api.Get($"{ApiUnderTest.Routers}?continue={first.At("metadata.continue")}")).Expect(410).Reason);
    }

    [Fact]
    public async Task Versions_of_the_future_and_of_the_past_are_told_apart()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var before = api.Store.Current.Revision;
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        var now = api.Store.Current.Revision;
        (await api.Get($"{ApiUnderTest.Routers}?resourceVersion={before}")).Expect(200);
        (await api.Get($"{ApiUnderTest.Routers}?resourceVersion={now}&resourceVersionMatch=Exact")).Expect(200);
        Assert.Equal("Expired", (await api.Get($"{ApiUnderTest.Routers}?resourceVersion={before}&resourceVersionMatch=Exact")).Expect(410).Reason);
        Assert.Equal("ResourceVersionTooLarge", (await api.Get($"{ApiUnderTest.Routers}?resourceVersion={now + 1}")).Expect(504).At("details.causes.0.reason"));
    }

    [Fact]
    public async Task Only_json_is_served()
    {
        await using var api = await ApiUnderTest.StartAsync();
        Assert.Equal("NotAcceptable", (await api.Get(ApiUnderTest.Routers, "application/vnd.kubernetes.protobuf")).Expect(406).Reason);
        (await api.Get(ApiUnderTest.Routers, "application/vnd.kubernetes.protobuf,application/json")).Expect(200);
        (await api.Get(ApiUnderTest.Routers, "*/*")).Expect(200);
    }

    [Fact]
    public async Task Ten_thousand_objects_come_compressed_and_whole()
    {
        await using var api = await ApiUnderTest.StartAsync();
        for (var i = 0; i < 10_000; i++) await api.Store.PutAsync(TestResources.Router($"r{i:d5}"), "", default);
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiUnderTest.Routers);
        request.Headers.Add("Accept-Encoding", "gzip");
        using var response = await api.Client.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        await using var unzipped = new System.IO.Compression.GZipStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        var list = await System.Text.Json.Nodes.JsonNode.ParseAsync(unzipped);
        Assert.Equal(10_000, list!["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>()).Distinct().Count());
    }
}
