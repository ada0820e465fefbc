using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.OpenApi.V2;
using Meltemi.ControlPlane.Tests.Api.Support;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Api;

public class OpenApiTests
{
    [Fact]
    public async Task Version_3_has_a_document_for_each_group_and_version_and_it_may_be_kept_for_ever()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var paths = (await api.Get("/openapi/v3")).Expect(200).Json["paths"]!.AsObject();
        Assert.Contains("api/v1", paths.Select(path => path.Key));
        Assert.Contains("apis/networking.istio.io/v1beta1", paths.Select(path => path.Key));
        foreach (var (_, entry) in paths)
        {
            var document = (await api.Get(entry!["serverRelativeURL"]!.GetValue<string>())).Expect(200).Json;
            var schemas = document["components"]!["schemas"]!.AsObject();
            Assert.NotEmpty(References(document));
            Assert.All(References(document), reference => Assert.True(schemas.ContainsKey(reference.Replace("#/components/schemas/", "")), reference));
            Assert.NotEmpty(document["paths"]!.AsObject());
        }
    }

    [Fact]
    public async Task Every_kind_is_described_in_every_version()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var v2 = (await api.Get("/openapi/v2")).Expect(200).Json;
        var definitions = v2["definitions"]!.AsObject();
        var known = definitions
            .SelectMany(definition => definition.Value!["x-kubernetes-group-version-kind"] as JsonArray ?? [])
            .Select(kind => $"{kind!["group"]}/{kind["version"]}/{kind["kind"]}").ToHashSet();
        var expected = ResourceKinds.All.SelectMany(kind => kind.Versions.Select(version => $"{kind.Group}/{version}/{kind.Name}"));
        Assert.Empty(expected.Except(known));
        Assert.All(References(v2), reference => Assert.True(definitions.ContainsKey(reference.Replace("#/definitions/", "")), reference));
    }

    [Fact]
    public async Task Fields_have_types_and_descriptions()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var schemas = (await api.Get("/openapi/v3/apis/metaprotocol.aeraki.io/v1alpha1")).Expect(200).Json["components"]!["schemas"]!;
        var router = schemas["metaprotocol.aeraki.io.v1alpha1.MetaRouter"]!;
        Assert.True(router["description"]!.GetValue<string>().Length > 10);
        Assert.Equal("array", router["properties"]!["hosts"]!["type"]!.GetValue<string>());
        Assert.Equal("string", router["properties"]!["hosts"]!["items"]!["type"]!.GetValue<string>());
        Assert.True(router["properties"]!["hosts"]!["description"]!.GetValue<string>().Length > 10);
        Assert.Contains("hosts", router["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        var spec = schemas["io.aeraki.metaprotocol.v1alpha1.MetaRouter"]!["properties"]!["spec"]!;
        Assert.Equal("#/components/schemas/metaprotocol.aeraki.io.v1alpha1.MetaRouter", spec["allOf"]![0]!["$ref"]!.GetValue<string>());
        Assert.Equal("What is wanted.", spec["description"]!.GetValue<string>());
        var protocol = schemas["metaprotocol.aeraki.io.v1alpha1.ApplicationProtocol"]!["properties"]!;
        Assert.Contains("MULTIPLEXED", protocol["poolMode"]!["enum"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.True(protocol["config"]!["x-kubernetes-preserve-unknown-fields"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Version_2_comes_in_binary_for_kubectl_and_says_the_same()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var text = (await api.Get("/openapi/v2")).Expect(200).Json;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        request.Headers.TryAddWithoutValidation("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        using var response = await api.Client.SendAsync(request);
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", response.Content.Headers.ContentType!.MediaType);
        var binary = Document.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("2.0", binary.Swagger);
        Assert.Equal(Names(text["definitions"]), binary.Definitions.AdditionalProperties.Select(definition => definition.Name));
        Assert.Equal(Names(text["paths"]), binary.Paths.Path.Select(path => path.Name));

        var patch = binary.Paths.Path.Single(path => path.Name.EndsWith("/namespaces/{namespace}/metarouters/{name}")).Value.Patch;
        Assert.Contains(patch.Parameters, parameter => parameter.Parameter.NonBodyParameter?.QueryParameterSubSchema?.Name == "dryRun");
        Assert.Contains("application/apply-patch+yaml", patch.Consumes);
        var kind = patch.VendorExtension.Single(extension => extension.Name == "x-kubernetes-group-version-kind").Value.Yaml;
        Assert.Equal("""{"group":"metaprotocol.aeraki.io","kind":"MetaRouter","version":"v1alpha1"}""" + "\n", kind);

        var ports = binary.Definitions.AdditionalProperties.Single(definition => definition.Name == "k8s.io.api.core.v1.ServiceSpec").Value
            .Properties.AdditionalProperties.Single(property => property.Name == "ports").Value;
        Assert.Contains(ports.VendorExtension, extension => extension is { Name: "x-kubernetes-patch-merge-key", Value.Yaml: "\"port\"\n" });
    }

    private static IEnumerable<string> Names(JsonNode? node) => node!.AsObject().Select(member => member.Key);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [member.Value!.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
