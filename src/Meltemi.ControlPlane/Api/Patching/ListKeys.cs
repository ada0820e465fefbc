namespace Meltemi.ControlPlane.Api.Patching;

/// <summary>
/// By which member the items of a list are told apart, in the kinds that Kubernetes itself brings; its schema says so as
/// <c>x-kubernetes-patch-merge-key</c>. Lists that are not named here are replaced as a whole.
/// </summary>
internal static class ListKeys
{
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["metadata.finalizers"] = "",
        ["metadata.ownerReferences"] = "uid",
        ["spec.finalizers"] = "",
        ["spec.ports"] = "port",
        ["spec.containers"] = "name",
        ["spec.containers.env"] = "name",
        ["spec.containers.ports"] = "containerPort",
        ["spec.containers.volumeMounts"] = "mountPath",
        ["spec.initContainers"] = "name",
        ["spec.initContainers.env"] = "name",
        ["spec.initContainers.ports"] = "containerPort",
        ["spec.initContainers.volumeMounts"] = "mountPath",
        ["spec.volumes"] = "name",
        ["spec.imagePullSecrets"] = "name",
        ["spec.hostAliases"] = "ip",
        ["status.conditions"] = "type",
        ["status.podIPs"] = "ip",
    };

    /// <summary>The key of the list at a path without indexes; empty: its items are plain values; null: it is replaced as a whole.</summary>
    public static string? Of(string path) => Keys.GetValueOrDefault(path);
}
