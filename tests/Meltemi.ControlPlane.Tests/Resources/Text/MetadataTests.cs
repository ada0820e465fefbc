using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Text;

/// <summary><c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</summary>
public class MetadataTests
{
    [Theory]
    [InlineData("{}", "apiVersion: 'apiVersion' is missing\nkind: 'kind' is missing\nmetadata.name: 'name' is missing")]
    [InlineData("{apiVersion: v1, kind: [Namespace], metadata: {name: a}}", "kind: expected a text, found a list")]
    [InlineData("{apiVersion: v1, kind: Namespaces, metadata: {name: a}}", "kind: there is no kind 'Namespaces'; did you mean 'Namespace'?")]
    [InlineData("{apiVersion: v1, kind: MetaRouter, metadata: {name: a}}", "kind: there is no MetaRouter in 'v1'; write metaprotocol.aeraki.io/v1alpha1")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}", "kind: there is no kind 'Deployment' in 'apps/v1'; known are MetaRouter, ApplicationProtocol, ServiceEntry, WorkloadEntry, WorkloadGroup, DestinationRule, Sidecar, VirtualService, Gateway, EnvoyFilter, Service, Endpoints, EndpointSlice, Pod, Namespace, RedisService, RedisDestination, DubboAuthorizationPolicy, AuthorizationPolicy, PeerAuthentication, RequestAuthentication")]
    [InlineData("{apiVersion: security.istio.io/v1, kind: ConfigMap, metadata: {name: a}}", "kind: there is no kind 'ConfigMap' in 'security.istio.io/v1'; known there are AuthorizationPolicy, PeerAuthentication, RequestAuthentication")]
    [InlineData("{apiVersion: networking.istio.io/v2, kind: Sidecar, metadata: {name: a}}", "apiVersion: 'networking.istio.io/v2' is no version of Sidecar; write networking.istio.io/v1 or networking.istio.io/v1beta1 or networking.istio.io/v1alpha3")]
    public void The_kind_must_be_known(string text, string problems) => Assert.Equal(problems, Reading.PlainProblems(text));

    [Theory]
    [InlineData("[]", "metadata: expected an object with a name, found a list\nmetadata.name: 'name' is missing")]
    [InlineData("{name: 1}", "metadata.name: expected a text, found `1`; to mean the text, write \"1\"")]
    [InlineData("{name: A.b}", "metadata.name: 'A.b' cannot be a name: only small letters, digits, - and . are allowed")]
    [InlineData("{name: a..b}", "metadata.name: 'a..b' cannot be a name: there is nothing between two dots, or before or after one")]
    [InlineData("{name: a.-b}", "metadata.name: 'a.-b' cannot be a name: each part must begin and end with a small letter or a digit")]
    [InlineData("{name: a, namespace: a.b}", "metadata.namespace: 'a.b' cannot be a namespace: only small letters, digits and - are allowed")]
    [InlineData("{name: a, namespace: -a}", "metadata.namespace: '-a' cannot be a namespace: it must begin and end with a small letter or a digit")]
    [InlineData("{name: a, lables: {}}", "warning: metadata.lables: 'lables' is not implemented, ignored; did you mean 'labels'?")]
    [InlineData("{name: a, labels: []}", "metadata.labels: expected an object, found a list")]
    [InlineData("{name: a, labels: {version: 1.0}}", "metadata.labels[version]: expected a text, found `1.0`; to mean the text, write \"1.0\"")]
    [InlineData("{name: a, labels: {a/b/c: d}}", "metadata.labels[a/b/c]: 'a/b/c' cannot be a key: only letters, digits, -, _ and . are allowed")]
    [InlineData("{name: a, labels: {a_/b: d}}", "metadata.labels[a_/b]: 'a_/b' cannot be a key: in what stands before the slash, only small letters, digits, - and . are allowed")]
    [InlineData("{name: a, labels: {a: _}}", "metadata.labels[a]: '_' cannot be a label's value: it must begin and end with a letter or a digit")]
    [InlineData("{name: a, labels: {a: b c}}", "metadata.labels[a]: 'b c' cannot be a label's value: only letters, digits, -, _ and . are allowed")]
    [InlineData("{name: a, annotations: {a: true}}", "metadata.annotations[a]: expected a text, found `true`; to mean the text, write \"true\"")]
    [InlineData("{name: a, generation: x}", "metadata.generation: expected a whole number, found `x`")]
    [InlineData("{name: a, creationTimestamp: yesterday}", "metadata.creationTimestamp: expected a time such as 2026-01-31T12:00:00Z, found `yesterday`")]
    public void Metadata_has_rules(string metadata, string problems) =>
        Assert.Equal(problems, Reading.PlainProblems($"{{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {metadata}}}"));

    [Fact]
    public void Long_names_are_refused()
    {
        static string Problems(string metadata) => Reading.PlainProblems($"{{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {metadata}}}");
        Assert.Empty(Problems($"{{name: {new string('a', 253)}, namespace: {new string('a', 63)}, labels: {{x: {new string('a', 63)}}}}}"));
        Assert.EndsWith("it is longer than 253 characters", Problems($"{{name: {new string('a', 254)}}}"));
        Assert.EndsWith("it is longer than 63 characters", Problems($"{{name: a, namespace: {new string('a', 64)}}}"));
        Assert.EndsWith("it is longer than 63 characters", Problems($"{{name: a, labels: {{x: {new string('a', 64)}}}}}"));
        Assert.EndsWith("longer than 262144 characters, all together", Problems($"{{name: a, annotations: {{x: {new string('a', 262144)}}}}}"));
    }

    [Fact]
    public void What_a_store_gives_is_kept_apart_and_comes_back()
    {
        var resource = Reading.Good("""
            apiVersion: networking.istio.io/v1
            kind: Sidecar
            metadata:
              name: a
              uid: 4a
              resourceVersion: "17"
              generation: 3
              creationTimestamp: 2026-01-31T12:00:00Z
              labels: { app: shop, empty: }
              annotations: { note: "" }
            spec: {}
            status:
              observedGeneration: 2
              conditions: [ { type: Programmed, status: "False", reason: Refused, message: why, lastTransitionTime: "2026-02-01T00:00:00Z", observedGeneration: 2 } ]
              validationMessages: [ { level: WARNING, path: spec.egress, message: careful } ]
            """);
        Assert.Equal(
            ("4a", "17", 3L, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)),
            (resource.Meta.Uid, resource.Meta.ResourceVersion, resource.Meta.Generation, resource.Meta.CreationTimestamp));
        Assert.Equal(("shop", "", ""), (resource.Meta.Labels["app"], resource.Meta.Labels["empty"], resource.Meta.Annotations["note"]));
        Assert.Equal(
            """{"apiVersion":"networking.istio.io/v1","kind":"Sidecar","metadata":{"name":"a","namespace":"default","labels":{"app":"shop","empty":null},"annotations":{"note":""}},"spec":{}}""",
            resource.Kept());
        Assert.Equal(
            """{"apiVersion":"networking.istio.io/v1","kind":"Sidecar","metadata":{"name":"a","namespace":"default","labels":{"app":"shop","empty":null},"annotations":{"note":""},"uid":"4a","resourceVersion":"17","generation":3,"creationTimestamp":"2026-01-31T12:00:00Z"},"spec":{},"status":{"observedGeneration":2,"conditions":[{"type":"Programmed","status":"False","reason":"Refused","message":"why","lastTransitionTime":"2026-02-01T00:00:00Z","observedGeneration":2}],"validationMessages":[{"level":"WARNING","path":"spec.egress","message":"careful"}]}}""",
            System.Text.Encoding.UTF8.GetString(ResourceText.ToJson(resource)));
        var again = ResourceText.FromJson(ResourceText.ToJson(resource)).Resource!;
        Assert.Equal(resource.Status, again.Status);
        Assert.Equal(resource.Meta.CreationTimestamp, again.Meta.CreationTimestamp);
    }

    [Fact]
    public void Kinds_that_belong_to_no_namespace_have_none()
    {
        var resource = Reading.Good("{apiVersion: metaprotocol.aeraki.io/v1alpha1, kind: ApplicationProtocol, metadata: {name: a, namespace: b}, spec: {protocol: a, codec: c}}");
        Assert.Equal("ApplicationProtocol/a", resource.Key.ToString());
        Assert.DoesNotContain("namespace", resource.Kept());
    }

    [Fact]
    public void A_pod_keeps_its_own_status()
    {
        var resource = Reading.Good("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: x, args: [y]}], volumes: []}, status: {podIP: 10.0.0.7, phase: Running}}");
        Assert.Equal("10.0.0.7", resource.SpecAs<Meltemi.Resources.Core.Pod>().Status.PodIP);
        Assert.Null(resource.Status);
        var said = resource with { Status = new() { ObservedGeneration = 1 } };
        Assert.EndsWith("""
            "status":{"podIP":"10.0.0.7","phase":"Running","observedGeneration":1}}
            """.Trim(), System.Text.Encoding.UTF8.GetString(ResourceText.ToJson(said)));
    }
}
