using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Services;

/// <summary>A client of the control plane as it introduced itself: Istio's node id and metadata. Immutable, equal by content.</summary>
public sealed record ProxyNode
{
    /// <summary>The whole id: <c>sidecar~10.0.0.1~cart-1.shop~shop.svc.cluster.local</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Sidecar or router (gateway).</summary>
    public required ProxyType Type { get; init; }

    /// <summary>Its own IP address.</summary>
    public required string Address { get; init; }

    /// <summary>Name of the workload, without namespace.</summary>
    public required string Name { get; init; }

    /// <summary>Its namespace: metadata NAMESPACE, else of the id.</summary>
    public required string Namespace { get; init; }

    /// <summary>Metadata LABELS: selectors of Sidecars, Gateways and EnvoyFilters match them.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Metadata CLUSTER_ID; empty: not said.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Metadata GENERATOR is <c>grpc</c>: a gRPC library that asks for resources by name.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>Which program it is, with its version; empty: not said.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>Metadata MELTEMI_BOOTSTRAP: the bootstrap that it was started with, as JSON; empty: not said.</summary>
    public string Bootstrap { get; init; } = "";

    /// <summary>Metadata INTERCEPTION_MODE; nothing said means none: the proxy itself listens on virtual addresses.</summary>
    public InterceptionMode Interception { get; init; }

    /// <summary>Metadata MELTEMI_INBOUND is <c>true</c>: it wants listeners for the services at its own address.</summary>
    public bool WantsInbound { get; init; }

    /// <summary>Where it runs.</summary>
    public Locality Locality { get; init; } = Locality.None;

    /// <summary>Reads the node of a first request.</summary>
    /// <exception cref="XdsRefusedException">The id is not one, or has no namespace.</exception>
    public static ProxyNode Parse(Node node)
    {
        var parts = node.Id.Split('~');
        if (parts.Length != 4)
            throw new XdsRefusedException($"the node id '{node.Id}' must have four parts: sidecar~IP~NAME.NAMESPACE~DOMAIN or router~...");
        var type = parts[0] switch
        {
            "sidecar" => ProxyType.Sidecar,
            "router" => ProxyType.Router,
            _ => throw new XdsRefusedException($"the node id '{node.Id}' begins with '{parts[0]}'; it must be 'sidecar' or 'router'"),
        };
        var dot = parts[2].LastIndexOf('.');
        var ns = Text(node, "NAMESPACE") is { Length: > 0 } given ? given : dot < 0 ? "" : parts[2][(dot + 1)..];
        if (ns.Length == 0)
            throw new XdsRefusedException($"the node '{node.Id}' has no namespace: give the metadata NAMESPACE or an id with NAME.NAMESPACE");
        return new()
        {
            Id = node.Id,
            Type = type,
            Address = parts[1],
            Name = dot < 0 ? parts[2] : parts[2][..dot],
            Namespace = ns,
            Labels = ReadLabels(node),
            ClusterId = Text(node, "CLUSTER_ID"),
            IsGrpc = Text(node, "GENERATOR") == "grpc",
            UserAgent = $"{node.UserAgentName} {node.UserAgentVersion}".Trim(),
            Bootstrap = Text(node, "MELTEMI_BOOTSTRAP"),
            Interception = Text(node, "INTERCEPTION_MODE") switch
            {
                "REDIRECT" => InterceptionMode.Redirect,
                "TPROXY" => InterceptionMode.Tproxy,
                _ => InterceptionMode.None,
            },
            WantsInbound = Text(node, "MELTEMI_INBOUND") == "true",
            Locality = node.Locality is { } place ? new(place.Region, place.Zone, place.SubZone) : Locality.None,
        };
    }

    private static string Text(Node node, string name) => Find(node, name) switch
    {
        { KindCase: Value.KindOneofCase.StringValue } value => value.StringValue,
        { KindCase: Value.KindOneofCase.BoolValue } value => value.BoolValue ? "true" : "false",
        _ => "",
    };

    private static LabelSet ReadLabels(Node node) => Find(node, "LABELS")?.StructValue is { } labels
        ? LabelSet.From(labels.Fields.Where(field => field.Value.HasStringValue).Select(field => KeyValuePair.Create(field.Key, field.Value.StringValue)))
        : LabelSet.Empty;

    private static Value? Find(Node node, string name) =>
        node.Metadata?.Fields.TryGetValue(name, out var value) == true ? value : null;
}

/// <summary>What a proxy stands for.</summary>
public enum ProxyType
{
    /// <summary>One workload.</summary>
    Sidecar,

    /// <summary>A gateway.</summary>
    Router,
}

/// <summary>How connections come to a proxy.</summary>
public enum InterceptionMode
{
    /// <summary>Clients connect to it.</summary>
    None,

    /// <summary>The kernel redirects them.</summary>
    Redirect,

    /// <summary>The kernel hands them over with both addresses kept.</summary>
    Tproxy,
}
