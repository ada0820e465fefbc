using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public class ServerSideApplyTests
{
    private const string A = ApiUnderTest.Rules + "/a";

    [Fact]
    public async Task It_creates_and_says_who_owns_what()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var created = (await api.Apply(A, "one", Rule("labels: {x: '1'}", "host: a.example"))).Expect(201);
        Assert.Equal("a.example", created.At("spec.host"));
        Assert.Equal("one", created.At("metadata.managedFields.0.manager"));
        Assert.Equal("Apply", created.At("metadata.managedFields.0.operation"));
        Assert.Equal("networking.istio.io/v1", created.At("metadata.managedFields.0.apiVersion"));
        Assert.Equal("""{"f:metadata":{"f:labels":{"f:x":{}}},"f:spec":{"f:host":{}}}""", created.At("metadata.managedFields.0.fieldsV1"));
        Assert.Equal(created.Version, (await api.Apply(A, "one", Rule("labels: {x: '1'}", "host: a.example"))).Expect(200).Version);
    }

    [Fact]
    public async Task What_a_manager_no_longer_says_is_removed()
    {
        await using var api = await ApiUnderTest.StartAsync();
        const string Spec = "host: a.example, exportTo: ['.'], trafficPolicy: {loadBalancer: {simple: RANDOM}}";
        (await api.Apply(A, "one", Rule("labels: {x: '1', y: '2'}", Spec))).Expect(201);
        var second = (await api.Apply(A, "one", Rule("labels: {y: '2'}", "host: a.example"))).Expect(200);
        Assert.Equal("""{"y":"2"}""", second.At("metadata.labels"));
        Assert.Equal("""{"host":"a.example"}""", second.At("spec"));
    }

    [Fact]
    public async Task Managers_share_an_object_and_conflict_over_fields_only()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Apply(A, "one", Rule("", "host: a.example"))).Expect(201);
        var shared = (await api.Apply(A, "two", Rule("labels: {x: '1'}", "exportTo: ['.']"))).Expect(200);
        Assert.Equal("a.example", shared.At("spec.host"));
        Assert.Equal("""["."]""", shared.At("spec.exportTo"));

        var conflict = (await api.Apply(A, "two", Rule("", "host: b.example"))).Expect(409);
        Assert.Equal("Conflict", conflict.Reason);
        Assert.Equal("FieldManagerConflict", conflict.At("details.causes.0.reason"));
        Assert.Equal(".spec.host", conflict.At("details.causes.0.field"));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"one\": .spec.host", conflict.Message);

        (await api.Apply(A, "two", Rule("", "host: a.example"))).Expect(200); // the same value is owned by both
        var forced = (await api.Apply(A + "?force=true", "two", Rule("", "host: b.example"))).Expect(200);
        Assert.Equal("b.example", forced.At("spec.host"));
        Assert.Equal("two", Assert.Single(forced.Json["metadata"]!["managedFields"]!.AsArray())!["manager"]!.GetValue<string>());
        Assert.Null(forced.At("spec.exportTo")); // given up before, and nobody else's
    }

    [Fact]
    public async Task What_others_own_too_is_not_removed()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Apply(A, "one", Rule("labels: {x: '1'}", "host: a.example"))).Expect(201);
        (await api.Apply(A, "two", Rule("labels: {x: '1'}", "host: a.example"))).Expect(200);
        var after = (await api.Apply(A, "one", Rule("", "host: a.example"))).Expect(200);
        Assert.Equal("1", after.At("metadata.labels.x"));
    }

    [Fact]
    public async Task Who_changes_a_field_by_other_means_owns_it_from_then_on()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Apply(A, "one", Rule("", "host: a.example"))).Expect(201);
        var patched = (await api.Patch(A + "?fieldManager=hand", """{"spec": {"host": "b.example"}}""")).Expect(200);
        Assert.Equal("hand", Assert.Single(patched.Json["metadata"]!["managedFields"]!.AsArray())!["manager"]!.GetValue<string>());
        var conflict = (await api.Apply(A, "one", Rule("", "host: a.example"))).Expect(409);
        Assert.Contains("conflict with \"hand\" using networking.istio.io/v1: .spec.host", conflict.Message);
        (await api.Apply(A + "?force=true", "one", Rule("", "host: a.example"))).Expect(200);

        (await api.Patch(A, """{"metadata": {"labels": {"x": "1"}}}""")).Expect(200);
        Assert.Contains("tests Update", Managers(await api.Get(A))); // the program's name if nothing else is said
    }

    [Fact]
    public async Task What_was_there_before_belongs_to_somebody_unknown()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = (await api.Post(ApiUnderTest.Rules, Samples.Rule("a", "a.example"))).Expect(201);
        Assert.Null(first.At("metadata.managedFields")); // nobody applied yet
        Assert.Contains("conflict with \"before-first-apply\"", (await api.Apply(A, "one", Rule("", "host: b.example"))).Expect(409).Message);
        var applied = (await api.Apply(A, "one", Rule("", "host: a.example"))).Expect(200);
        Assert.Equal(["before-first-apply Update", "one Apply"], Managers(applied));
        Assert.Equal("v1", applied.At("spec.subsets.0.name"));
    }

    [Fact]
    public async Task Kubectl_takes_over_what_it_applied_by_itself_and_nothing_else()
    {
        await using var api = await ApiUnderTest.StartAsync();
        const string Note = """{\"metadata\":{\"name\":\"a\"},\"spec\":{\"host\":\"a.example\"}}""";
        var metadata = $$""" "labels": {"x": "1"}, "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{{Note}}"} """;
        (await api.Post(ApiUnderTest.Rules, Samples.Rule("a", "a.example", metadata))).Expect(201);
        Assert.Contains("conflict with \"kubectl-client-side-apply\"", (await api.Apply(A, "one", Rule("", "host: b.example"))).Expect(409).Message);
        var applied = (await api.Apply(A, "kubectl", Rule("", "host: b.example"))).Expect(200);
        Assert.Equal(["kubectl-client-side-apply Update", "before-first-apply Update", "kubectl Apply"], Managers(applied));
        Assert.Equal("1", applied.At("metadata.labels.x"));
        var conflict = (await api.Apply(A, "kubectl", Rule("labels: {x: '2'}", "host: b.example"))).Expect(409);
        Assert.Contains("conflict with \"before-first-apply\"", conflict.Message);
    }

    [Fact]
    public async Task The_number_of_managers_is_bounded()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Apply(A, "one", Rule("", "host: a.example"))).Expect(201);
        for (var i = 0; i < 15; i++) (await api.Patch($"{A}?fieldManager=m{i}", "{\"metadata\": {\"labels\": {\"l" + i + "\": \"x\"}}}")).Expect(200);
        var managers = Managers(await api.Get(A));
        Assert.Equal(11, managers.Length);
        Assert.Contains("ancient-changes Update", managers);
    }

    [Fact]
    public async Task A_dry_run_shows_the_result_and_stores_nothing()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Apply(A + "?dryRun=All", "one", Rule("", "host: a.example"))).Expect(201);
        (await api.Get(A)).Expect(404);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused()
    {
        await using var api = await ApiUnderTest.StartAsync();
        Assert.Contains("fieldManager is required", (await api.Patch(A, Rule("", "host: a"), "application/apply-patch+yaml")).Expect(400).Message);
        (await api.Apply(A, "one", Rule("managedFields: []", "host: a.example"))).Expect(400);
        (await api.Apply(A, "one", Rule("resourceVersion: '7'", "host: a.example"))).Expect(404);
        (await api.Apply(A, "one", "a: [")).Expect(400);
        (await api.Post(ApiUnderTest.Rules, Samples.Rule("a"))).Expect(201);
        (await api.Apply(A, "one", Rule("resourceVersion: '7'", "host: orders.example"))).Expect(409);
        (await api.Patch(A + "?force=true", "{}")).Expect(400);
    }

    private static string[] Managers(ApiAnswer answer) =>
        [.. answer.Json["metadata"]!["managedFields"]!.AsArray().Select(entry => $"{entry!["manager"]} {entry["operation"]}")];

    private static string Rule(string metadata, string spec) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: a, {{metadata}}}
        spec: { {{spec}} }
        """;
}
