using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public class WriteTests
{
    private const string A = ApiUnderTest.Routers + "/a";

    [Fact]
    public async Task An_object_is_created_once()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var created = (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        Assert.Equal("orders.example", created.At("spec.hosts.0"));
        var again = (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(409);
        Assert.Equal("AlreadyExists", again.Reason);
        Assert.Equal("metarouters.metaprotocol.aeraki.io \"a\" already exists", again.Message);
        Assert.Equal("metarouters", again.At("details.kind"));
    }

    [Fact]
    public async Task Yaml_is_taken_too()
    {
        await using var api = await ApiUnderTest.StartAsync();
        const string Yaml = """
            apiVersion: metaprotocol.aeraki.io/v1alpha1
            kind: MetaRouter
            metadata: {name: a, labels: {x: "1"}}
            spec:
              hosts: [orders.example]
              routes:
              - route:
                - destination: {host: orders.example, port: {number: 20880}}
            """;
        var created = (await api.Post(ApiUnderTest.Routers, Yaml, "application/yaml")).Expect(201);
        Assert.Equal("20880", created.At("spec.routes.0.route.0.destination.port.number"));
        Assert.Equal("1", created.At("metadata.labels.x"));
    }

    [Fact]
    public async Task A_name_can_be_generated()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var router = Samples.Router("").Replace("\"name\": \"\"", "\"generateName\": \"canary-\"");
        var (one, other) = ((await api.Post(ApiUnderTest.Routers, router)).Expect(201), (await api.Post(ApiUnderTest.Routers, router)).Expect(201));
        Assert.Matches("^canary-[a-z0-9]{5}$", one.At("metadata.name")!);
        Assert.NotEqual(one.At("metadata.name"), other.At("metadata.name"));
    }

    [Theory]
    [InlineData("not json", "the body is no JSON")]
    [InlineData("[]", "the body is no object")]
    [InlineData("""{"kind": "MetaRouter", "kind": "MetaRouter"}""", "the body is no JSON")]
    [InlineData("""{"kind": "Gateway"}""", "the kind in the data (Gateway) does not match the expected kind (MetaRouter)")]
    [InlineData("""{"apiVersion": "v1"}""", "the API version in the data (v1) does not match the expected API version (metaprotocol.aeraki.io/v1alpha1)")]
    [InlineData("""{"metadata": {"namespace": "other"}}""", "the namespace of the provided object (other) does not match the namespace sent on the request (default)")]
    [InlineData("""{"metadata": []}""", "metadata: an object was expected")]
    [InlineData("""{"metadata": {"name": "a", "resourceVersion": "5"}}""", "resourceVersion should not be set")]
    public async Task What_cannot_be_an_object_of_this_url_is_a_400(string body, string message)
    {
        await using var api = await ApiUnderTest.StartAsync();
        var answer = (await api.Post(ApiUnderTest.Routers, body)).Expect(400);
        Assert.Contains(message, answer.Message);
    }

    [Fact]
    public async Task Bodies_in_other_languages_are_a_415()
    {
        await using var api = await ApiUnderTest.StartAsync();
        Assert.Equal("UnsupportedMediaType", (await api.Post(ApiUnderTest.Routers, "x", "application/xml")).Expect(415).Reason);
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        (await api.Patch(A, "{}", "application/strategic-merge-patch+json")).Expect(415);
        (await api.Patch(A + "/status", "{}", "application/apply-patch+yaml")).Expect(415);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using var api = await ApiUnderTest.StartAsync();
        const string Body = """{"metadata": {"name": "a"}, "spec": {"hosts": 7, "routes": [{"route": []}]}}""";
        var answer = (await api.Post(ApiUnderTest.Routers, Body)).Expect(422);
        Assert.Equal("Invalid", answer.Reason);
        Assert.StartsWith("MetaRouter.metaprotocol.aeraki.io \"a\" is invalid: [", answer.Message);
        var fields = answer.Json["details"]!["causes"]!.AsArray().Select(cause => cause!["field"]!.GetValue<string>()).ToArray();
        Assert.Contains("spec.hosts", fields);
        Assert.True(fields.Length >= 2, string.Join(" ", fields));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_clearly()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var big = Samples.Router("a", metadata: $$""" "annotations": {"x": "{{new string('x', 5_000_000)}}"} """);
        var answer = (await api.Post(ApiUnderTest.Routers, big)).Expect(413);
        Assert.Contains("at most 3145728 bytes are accepted", answer.Message);

        var spec = $$""" "note": "{{new string('x', 2_000_000)}}" """;
        var stored = (await api.Post(ApiUnderTest.Routers, Samples.Router("a", spec: spec))).Expect(413);
        Assert.Equal("RequestEntityTooLarge", stored.Reason);
        Assert.Contains("split it", stored.Message);
    }

    [Fact]
    public async Task An_object_is_replaced_if_it_is_still_the_one_that_was_read()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        var node = first.Json.DeepClone();
        node["spec"]!["hosts"]![0] = "other.example";
        var second = (await api.Put(A, node.ToJsonString())).Expect(200);
        Assert.Equal("2", second.At("metadata.generation"));
        Assert.Equal(first.At("metadata.uid"), second.At("metadata.uid"));

        var late = (await api.Put(A, node.ToJsonString())).Expect(409);
        Assert.Equal("Conflict", late.Reason);
        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again", late.Message);

        (await api.Put(A, Samples.Router("a"))).Expect(200); // names no version: whatever is there
        (await api.Put(A, Samples.Router("a", metadata: """ "uid": "00000000-0000-0000-0000-000000000000" """))).Expect(409);
        (await api.Put(ApiUnderTest.Routers + "/b", Samples.Router("b"))).Expect(404);
        (await api.Put(A, Samples.Router("b"))).Expect(400);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_keeps_the_version()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        Assert.Equal(first.Version, (await api.Put(A, first.Json.ToJsonString())).Expect(200).Version);
        Assert.Equal(first.Version, (await api.Patch(A, "{}")).Expect(200).Version);
    }

    [Fact]
    public async Task An_object_is_deleted_under_conditions()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        (await api.Delete(A, """{"preconditions": {"uid": "other"}}""")).Expect(409);
        (await api.Delete(A, """{"preconditions": {"resourceVersion": "1"}}""")).Expect(409);
        (await api.Delete(A, """{"dryRun": ["All"]}""")).Expect(200);
        var uid = first.At("metadata.uid");
        var answer = (await api.Delete(A, $$$"""{"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "{{{uid}}}"}}""")).Expect(200);
        Assert.Equal("Success", answer.At("status"));
        Assert.Equal(uid, answer.At("details.uid"));
        (await api.Delete(A)).Expect(404);
        (await api.Get(A)).Expect(404);
    }

    [Fact]
    public async Task What_is_selected_is_deleted_together()
    {
        await using var api = await ApiUnderTest.StartAsync();
        foreach (var (name, label) in ((string, string)[])[("a", "x"), ("b", "y"), ("c", "x")])
            (await api.Post(ApiUnderTest.Routers, Samples.Router(name, metadata: $$""" "labels": {"l": "{{label}}"} """))).Expect(201);
        Assert.Equal(["a", "c"], (await api.Delete(ApiUnderTest.Routers + "?labelSelector=l%3Dx")).Expect(200).ItemNames);
        Assert.Equal(["b"], (await api.Get(ApiUnderTest.Routers)).ItemNames);
    }

    [Fact]
    public async Task A_dry_run_checks_and_stores_nothing()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var revision = api.Store.Current.Revision;
        Assert.Equal("1", (await api.Post(ApiUnderTest.Routers + "?dryRun=All", Samples.Router("a"))).Expect(201).At("metadata.generation"));
        Assert.Equal(revision, api.Store.Current.Revision);
        (await api.Post(ApiUnderTest.Routers + "?dryRun=Some", Samples.Router("a"))).Expect(400);
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        (await api.Post(ApiUnderTest.Routers + "?dryRun=All", Samples.Router("a"))).Expect(409);
        Assert.Equal("2", (await api.Patch(A + "?dryRun=All", """{"spec": {"hosts": ["b.example"]}}""")).Expect(200).At("metadata.generation"));
        Assert.Equal("orders.example", (await api.Get(A)).At("spec.hosts.0"));
    }

    [Theory]
    [InlineData("POST", A)]
    [InlineData("PUT", ApiUnderTest.Routers)]
    [InlineData("PATCH", ApiUnderTest.Routers)]
    [InlineData("POST", "/apis/metaprotocol.aeraki.io/v1alpha1/metarouters")] // into which namespace?
    [InlineData("DELETE", A + "/status")]
    [InlineData("DELETE", "/api/v1/namespaces")]
    public async Task What_cannot_be_done_there_is_a_405(string method, string path)
    {
        await using var api = await ApiUnderTest.StartAsync();
        Assert.Equal("MethodNotAllowed", (await api.Send(new(method), path, Samples.Router("a"))).Expect(405).Reason);
    }

    [Fact]
    public async Task Namespaces_come_and_go_with_what_is_in_them()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var routers = ApiUnderTest.Routers.Replace("default", "shop");
        (await api.Post(routers, Samples.Router("a"))).Expect(201);
        Assert.Contains("1 object lives in it", (await api.Delete("/api/v1/namespaces/shop")).Expect(409).Message);
        Assert.Equal("Forbidden", (await api.Delete("/api/v1/namespaces/default")).Expect(403).Reason);
        (await api.Delete(routers + "/a")).Expect(200);
        (await api.Get("/api/v1/namespaces/shop")).Expect(404);

        (await api.Post("/api/v1/namespaces", """{"metadata": {"name": "shop", "labels": {"team": "x"}}}""")).Expect(201);
        Assert.Equal("x", (await api.Get("/api/v1/namespaces/shop")).Expect(200).At("metadata.labels.team"));
        (await api.Delete("/api/v1/namespaces/shop")).Expect(200);
        (await api.Get("/api/v1/namespaces/shop")).Expect(404);
    }

    [Fact]
    public async Task A_status_is_written_by_itself()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        const string Status = """
            {"conditions": [{"type": "Accepted", "status": "True", "reason": "Valid", "message": "fine", "lastTransitionTime": "2026-01-31T12:00:00Z"}],
             "validationMessages": [{"level": "WARNING", "path": "spec.hosts", "message": "odd"}], "observedGeneration": 1}
            """;
        var written = (await api.Patch(A + "/status", $$$"""{"status": {{{Status}}}, "spec": {"hosts": ["other.example"]}}""")).Expect(200);
        Assert.Equal("True", written.At("status.conditions.0.status"));
        Assert.Equal("2026-01-31T12:00:00Z", written.At("status.conditions.0.lastTransitionTime"));
        Assert.Equal("odd", written.At("status.validationMessages.0.message"));
        Assert.Equal("orders.example", written.At("spec.hosts.0"));
        Assert.Equal("1", written.At("metadata.generation"));
        Assert.NotEqual(first.Version, written.Version);

        // And the other way round: who writes the object does not touch the status.
        var changed = written.Json.DeepClone();
        changed["status"] = new JsonObject();
        changed["spec"]!["hosts"]![0] = "third.example";
        Assert.Equal("True", (await api.Put(A, changed.ToJsonString())).Expect(200).At("status.conditions.0.status"));
        Assert.Equal("status.conditions[0].status", (await api.Patch(A + "/status", """{"status": {"conditions": [{"type": "A", "status": "Maybe"}]}}""")).Expect(422).At("details.causes.0.field"));
        (await api.Get(A + "/status")).Expect(200);
    }

    [Theory]
    [InlineData("", 201, 1)]
    [InlineData("?fieldValidation=Warn", 201, 1)]
    [InlineData("?fieldValidation=Ignore", 201, 0)]
    [InlineData("?fieldValidation=Strict", 400, 0)]
    [InlineData("?fieldValidation=Perhaps", 400, 0)]
    public async Task Unknown_fields_are_warned_of_or_refused_as_the_client_wants(string query, int code, int warnings)
    {
        await using var api = await ApiUnderTest.StartAsync();
        var answer = (await api.Post(ApiUnderTest.Routers + query, Samples.Router("a", spec: """ "hots": ["b"] """))).Expect(code);
        Assert.Equal(warnings, answer.Warnings.Length);
        Assert.All(answer.Warnings, warning => Assert.Equal("299 - \"unknown field \\\"spec.hots\\\"; did you mean 'hosts'?\"", warning));
        if (query.EndsWith("Strict")) Assert.StartsWith("strict decoding error: unknown field \"spec.hots\"", answer.Message);
        if (code == 201) Assert.Equal("""["b"]""", answer.At("spec.hots")); // and not lost
    }

    [Fact]
    public async Task A_pods_own_status_is_kept()
    {
        await using var api = await ApiUnderTest.StartAsync();
        const string Pods = "/api/v1/namespaces/default/pods";
        const string Pod = """{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}""";
        (await api.Post(Pods, Pod + """, "status": {"podIP": "10.0.0.1", "phase": "Running"}}""")).Expect(201);
        Assert.Equal("10.0.0.1", (await api.Put(Pods + "/p", Pod + "}")).Expect(200).At("status.podIP"));
        Assert.Equal("10.0.0.2", (await api.Patch(Pods + "/p/status", """{"status": {"podIP": "10.0.0.2"}}""")).Expect(200).At("status.podIP"));
        var status = (await api.Get(Pods + "/p")).Expect(200).At("status");
        Assert.Equal("""{"podIP":"10.0.0.2","phase":"Running"}""", status);
    }
}
