using System.Collections.Immutable;
using Meltemi.ControlPlane.Api.Discovery;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>One thing that can be done under a path of a kind, as both versions of OpenAPI describe it.</summary>
/// <param name="Method">HTTP method in small letters.</param>
/// <param name="Action">Kubernetes' word for it.</param>
/// <param name="Description">A sentence.</param>
internal sealed record KindOperation(string Method, string Action, string Description)
{
    private const string Json = "application/json", Yaml = "application/yaml";

    private static readonly (string, string) DryRun = ("dryRun", "All: check everything and store nothing");
    private static readonly (string, string) Manager = ("fieldManager", "who makes the change");
    private static readonly (string, string) Validation = ("fieldValidation", "what becomes of unknown fields: Strict, Warn (default) or Ignore");
    private static readonly (string, string) Force = ("force", "with server-side apply: take fields that others own");
    private static readonly (string, string)[] Selection =
    [
        ("labelSelector", "which objects, by labels"), ("fieldSelector", "which objects, by metadata.name and metadata.namespace"),
    ];

    private static readonly (string, string)[] Listing =
    [
        .. Selection, ("limit", "most objects of a page"), ("continue", "where the next page begins"), ("resourceVersion", "a state not older than this"),
        ("resourceVersionMatch", "NotOlderThan or Exact"), ("watch", "tell of changes, without end"), ("allowWatchBookmarks", "versions from time to time"),
        ("sendInitialEvents", "first what is there, then a bookmark"), ("timeoutSeconds", "end of the watch"),
    ];

    /// <summary>Parameters of the query: name and meaning.</summary>
    public ImmutableArray<(string Name, string Description)> Query { get; init; } = [];

    /// <summary>Types of its body; empty: it has none.</summary>
    public ImmutableArray<string> Consumes { get; init; } = [];

    /// <summary>What it answers: <c>List</c>, <c>Status</c> or empty for the object.</summary>
    public string Answer { get; init; } = "";

    /// <summary>What can be done with a collection.</summary>
    public static IEnumerable<KindOperation> OfCollection(ResourceKind kind, bool allNamespaces)
    {
        yield return new("get", "list", $"list or watch objects of kind {kind.Name}") { Query = [.. Listing], Answer = "List" };
        if (allNamespaces) yield break;
        yield return new("post", "post", $"create a {kind.Name}") { Query = [DryRun, Manager, Validation], Consumes = [Json, Yaml] };
        if (KindVerbs.Of(kind).Contains("deletecollection"))
            yield return new("delete", "deletecollection", $"delete the {kind.Name}s that are selected") { Query = [DryRun, .. Selection], Answer = "List" };
    }

    /// <summary>What can be done with an object or its status.</summary>
    public static IEnumerable<KindOperation> OfObject(ResourceKind kind, bool status)
    {
        var what = status ? $"status of the {kind.Name}" : kind.Name;
        yield return new("get", "get", $"read the {what}");
        yield return new("put", "put", $"replace the {what}") { Query = [DryRun, Manager, Validation], Consumes = [Json, Yaml] };
        yield return new("patch", "patch", $"change the {what}")
        {
            Query = [DryRun, Manager, Validation, Force],
            Consumes = Writing.PatchVerb.Accepted(kind, status),
        };
        if (!status) yield return new("delete", "delete", $"delete the {kind.Name}") { Query = [DryRun], Answer = "Status" };
    }
}
