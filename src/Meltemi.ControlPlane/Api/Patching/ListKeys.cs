namespace Meltemi.ControlPlane.Api.Patching;

/// <summary>
/// By which member the items of a list are told apart, in the kinds of Kubernetes that take strategic merge patches (a Pod does not); their OpenAPI schema
/// says the same as <c>x-kubernetes-patch-merge-key</c>. Lists that are not named here are replaced as a whole.
/// </summary>
internal static class ListKeys
{
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["metadata.finalizers"] = "",
        ["metadata.ownerReferences"] = "uid",
        ["spec.ports"] = "port",
    };

    /// <summary>The key of the list at a path without indexes; empty: its items are plain values; null: it is replaced as a whole.</summary>
    public static string? Of(string path) => Keys.GetValueOrDefault(path);
}
