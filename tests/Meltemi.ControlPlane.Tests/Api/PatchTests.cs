using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public class PatchTests
{
    private const string A = ApiUnderTest.Routers + "/a", Json = "application/json-patch+json", Strategic = "application/strategic-merge-patch+json";

    [Fact]
    public async Task A_merge_patch_changes_what_it_names()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a", metadata: """ "labels": {"x": "1", "y": "2"} """))).Expect(201);
        var patched = (await api.Patch(A, """{"metadata": {"labels": {"x": null, "z": "3"}}, "spec": {"hosts": ["b.example"]}}""")).Expect(200);
        Assert.Equal("""{"y":"2","z":"3"}""", patched.At("metadata.labels"));
        Assert.Equal("""["b.example"]""", patched.At("spec.hosts"));
        Assert.Equal("all", patched.At("spec.routes.0.name"));
        Assert.Equal("2", patched.At("metadata.generation"));
    }

    [Fact]
    public async Task A_json_patch_is_applied_as_a_whole_or_not_at_all()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        const string Good = """[{"op": "test", "path": "/metadata/name", "value": "a"}, {"op": "add", "path": "/spec/hosts/-", "value": "b.example"}]""";
        Assert.Equal("""["orders.example","b.example"]""", (await api.Patch(A, Good, Json)).Expect(200).At("spec.hosts"));
        const string Bad = """[{"op": "remove", "path": "/spec/hosts/0"}, {"op": "test", "path": "/spec/hosts/0", "value": "c.example"}]""";
        var refused = (await api.Patch(A, Bad, Json)).Expect(422);
        Assert.Contains("operation 1: the test failed", refused.Message);
        Assert.Equal("""["orders.example","b.example"]""", (await api.Get(A)).At("spec.hosts"));
        (await api.Patch(A, """[{"op": "swap", "path": "/spec"}]""", Json)).Expect(400);
        (await api.Patch(A, """{"op": "add"}""", Json)).Expect(400);
    }

    [Fact]
    public async Task A_patch_can_insist_on_a_version()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        string Patch(string host) => $$$"""{"metadata": {"resourceVersion": "{{{first.Version}}}"}, "spec": {"hosts": ["{{{host}}}"]}}""";
        (await api.Patch(A, Patch("b.example"))).Expect(200);
        Assert.Equal("Conflict", (await api.Patch(A, Patch("c.example"))).Expect(409).Reason);
    }

    [Fact]
    public async Task Patches_that_meet_do_not_lose_each_other()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            ApiAnswer answer;
            do answer = await api.Patch(A, "{\"metadata\": {\"labels\": {\"l" + i + "\": \"x\"}}}");
            while (answer.Code == 409); // after several tries of its own the server gives up
            return answer;
        })));
        Assert.All(answers, answer => answer.Expect(200));
        Assert.Equal(16, (await api.Get(A)).Json["metadata"]!["labels"]!.AsObject().Count);
    }

    [Theory]
    [InlineData("""{"metadata": {"name": "b"}}""")]
    [InlineData("""{"metadata": {"namespace": "b"}}""")]
    [InlineData("""{"kind": "Gateway"}""")]
    public async Task A_patch_cannot_make_another_object(string patch)
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        (await api.Patch(A, patch)).Expect(400);
        (await api.Patch(ApiUnderTest.Routers + "/b", "{}")).Expect(404);
    }

    [Fact]
    public async Task Kubernetes_own_kinds_take_strategic_merge_patches()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Services, Samples.Service("s"))).Expect(201);
        const string Patch = """
            {"spec": {"$setElementOrder/ports": [{"port": 443}, {"port": 80}],
                      "ports": [{"port": 80, "name": "web"}, {"port": 443, "name": "https"}, {"port": 20880, "$patch": "delete"}]}}
            """;
        var patched = (await api.Patch(ApiUnderTest.Services + "/s", Patch, Strategic)).Expect(200);
        Assert.Equal("""[{"port":443,"name":"https"},{"name":"web","port":80}]""", patched.At("spec.ports"));
        Assert.Equal("s", patched.At("spec.selector.app"));
        (await api.Patch(ApiUnderTest.Services + "/s", """{"spec": {"ports": [{"name": "no port"}]}}""", Strategic)).Expect(400);
    }
}
