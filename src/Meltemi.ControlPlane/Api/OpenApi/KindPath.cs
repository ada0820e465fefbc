using Meltemi.ControlPlane.Api.Discovery;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>A path under which a kind is served.</summary>
/// <param name="Path">With <c>{namespace}</c> and <c>{name}</c>.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Version">The version.</param>
/// <param name="Operations">What can be done there.</param>
internal sealed record KindPath(string Path, ResourceKind Kind, string Version, KindOperation[] Operations)
{
    private static readonly string[] Variables = ["namespace", "name"];

    /// <summary>What must be put into the path.</summary>
    public IEnumerable<string> Parameters => Variables.Where(name => Path.Contains($"{{{name}}}", StringComparison.Ordinal));

    /// <summary>A name for one of its operations.</summary>
    public string OperationId(KindOperation operation)
    {
        var parts = Path.Split(['/', '.', '{', '}', '-'], StringSplitOptions.RemoveEmptyEntries);
        return operation.Method + string.Concat(parts.Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }

    /// <summary>All paths of a group in a version.</summary>
    public static IEnumerable<KindPath> Of(ApiGroup group, string version) => group.KindsOf(version).SelectMany(kind => Of(group, kind, version));

    private static IEnumerable<KindPath> Of(ApiGroup group, ResourceKind kind, string version)
    {
        var root = group.Path(version);
        var collection = kind.Namespaced ? $"{root}/namespaces/{{namespace}}/{kind.Plural}" : $"{root}/{kind.Plural}";
        if (kind.Namespaced) yield return new($"{root}/{kind.Plural}", kind, version, [.. KindOperation.OfCollection(kind, allNamespaces: true)]);
        yield return new(collection, kind, version, [.. KindOperation.OfCollection(kind, allNamespaces: false)]);
        yield return new($"{collection}/{{name}}", kind, version, [.. KindOperation.OfObject(kind, status: false)]);
        yield return new($"{collection}/{{name}}/status", kind, version, [.. KindOperation.OfObject(kind, status: true)]);
    }
}
