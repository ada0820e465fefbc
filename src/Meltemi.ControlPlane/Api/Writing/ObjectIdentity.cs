using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Version, kind, namespace and name of an object that a client sends: they must be those of the URL, or are taken from there.</summary>
internal static class ObjectIdentity
{
    // Without vowels and what looks like others, as Kubernetes does: no words come about by chance.
    private const string SuffixLetters = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5, MaxGeneratedPrefix = 58;

    /// <exception cref="ApiException">400: it is another one.</exception>
    public static void Complete(ApiRequest request, JsonObject node)
    {
        if (Text(node, "apiVersion") is { } version && version != request.ApiVersion)
            throw Failure.BadRequest($"the API version in the data ({version}) does not match the expected API version ({request.ApiVersion})");
        if (Text(node, "kind") is { } kind && kind != request.Kind.Name)
            throw Failure.BadRequest($"the kind in the data ({kind}) does not match the expected kind ({request.Kind.Name})");
        node["apiVersion"] = request.ApiVersion;
        node["kind"] = request.Kind.Name;

        if (node["metadata"] is not JsonObject metadata)
        {
            if (node["metadata"] is not null) throw Failure.BadRequest("metadata: an object was expected");
            node["metadata"] = metadata = [];
        }

        Complete(metadata, "namespace", request.Path.Namespace);
        if (request.Path.Name.Length > 0) Complete(metadata, "name", request.Path.Name);
        else if (string.IsNullOrEmpty(Text(metadata, "name")) && Text(metadata, "generateName") is { Length: > 0 } prefix)
            metadata["name"] = prefix[..Math.Min(prefix.Length, MaxGeneratedPrefix)] + RandomNumberGenerator.GetString(SuffixLetters, SuffixLength);
    }

    /// <summary>A text of an object; null: it is not there.</summary>
    /// <exception cref="ApiException">400: it is no text.</exception>
    public static string? Text(JsonObject node, string name) => node[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw Failure.BadRequest($"{name}: a text was expected"),
    };

    /// <summary>A text of <c>metadata</c>; empty: it is not there.</summary>
    public static string Meta(JsonObject node, string name) => node["metadata"] is JsonObject metadata ? Text(metadata, name) ?? "" : "";

    private static void Complete(JsonObject metadata, string name, string expected)
    {
        if (Text(metadata, name) is { Length: > 0 } given && given != expected)
            throw Failure.BadRequest($"the {name} of the provided object ({given}) does not match the {name} sent on the request ({expected})");
        if (expected.Length > 0) metadata[name] = expected;
        else metadata.Remove(name);
    }
}
