using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Introspection;

/// <summary>Short names of the types of resources.</summary>
internal static class TypeNames
{
    /// <summary>As in <c>CDS</c>.</summary>
    public static string Short(string type) => type switch
    {
        XdsTypes.Cluster => "CDS",
        XdsTypes.Endpoints => "EDS",
        XdsTypes.Listener => "LDS",
        XdsTypes.Route => "RDS",
        _ => type[(type.LastIndexOf('/') + 1)..],
    };

    /// <summary>The type that people call <c>clusters</c>, <c>endpoints</c>, <c>listeners</c> or <c>routes</c>; null: none.</summary>
    public static string? Parse(string name) => name switch
    {
        "clusters" => XdsTypes.Cluster,
        "endpoints" => XdsTypes.Endpoints,
        "listeners" => XdsTypes.Listener,
        "routes" => XdsTypes.Route,
        _ => null,
    };
}
