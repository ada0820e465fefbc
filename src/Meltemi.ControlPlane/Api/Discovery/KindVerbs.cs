using Meltemi.ControlPlane.Api.Reading;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Discovery;

/// <summary>What can be done with the objects of a kind, and under which names it is found together with others.</summary>
internal static class KindVerbs
{
    private static readonly string[] All = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>What can be done with a <c>/status</c>.</summary>
    public static string[] Status { get; } = ["get", "patch", "update"];

    public static string[] Of(ResourceKind kind) => Namespaces.IsKind(kind) ? [.. All.Where(verb => verb != "deletecollection")] : All;

    /// <summary>
    /// Names for several kinds: <c>kubectl get mesh</c> shows everything that makes up the mesh, <c>kubectl get istio-io</c> what is Istio's.
    /// </summary>
    public static string[] Categories(ResourceKind kind) => kind.Group switch
    {
        "" => kind.Name is "Service" or "Pod" ? ["all"] : [],
        var group when group.EndsWith(".k8s.io", StringComparison.Ordinal) => [],
        var group when group.EndsWith(".istio.io", StringComparison.Ordinal) => ["mesh", "istio-io"],
        _ => ["mesh"],
    };
}
