using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Envoy.Config.Bootstrap.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Program.Verbs;
using SocketAddress = Envoy.Config.Core.V3.SocketAddress;

namespace Meltemi.Program;

/// <summary>
/// The bootstrap of a proxy that has everything from a controller. It introduces itself as Istio's proxies do, so that Istio's control plane knows it
/// too: <c>sidecar~IP~NAME.NAMESPACE~NAMESPACE.svc.cluster.local</c>, and what it is labelled with in the metadata.
/// </summary>
internal sealed record ControllerBootstrap
{
    /// <summary>Host and port of each controller.</summary>
    public required IReadOnlyList<string> Controllers { get; init; }

    /// <summary>Name of this proxy in its namespace.</summary>
    public required string Name { get; init; }

    /// <summary>Namespace that it belongs to.</summary>
    public required string Namespace { get; init; }

    /// <summary>Labels, by which resources select it.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Address of the workload that it stands beside.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Where it stands; null: that is not said.</summary>
    public Locality? Locality { get; init; }

    /// <summary>A gateway, not a sidecar.</summary>
    public bool IsGateway { get; init; }

    /// <summary>Where the admin interface listens; null: nowhere.</summary>
    public IPEndPoint? Admin { get; init; }

    /// <summary>The first address of this machine by which others may reach it; the loopback address if there is none.</summary>
    public static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;

    /// <summary>As the message that a file would hold.</summary>
    public Bootstrap ToBootstrap()
    {
        var ads = new ApiConfigSource { ApiType = ApiConfigSource.Types.ApiType.DeltaGrpc, TransportApiVersion = ApiVersion.V3 };
        foreach (var controller in Controllers) ads.GrpcServices.Add(new GrpcService { GoogleGrpc = new() { TargetUri = controller } });
        return new Bootstrap
        {
            Node = new Node
            {
                Id = $"{(IsGateway ? "router" : "sidecar")}~{Address}~{Name}.{Namespace}~{Namespace}.svc.cluster.local",
                Cluster = Name,
                Metadata = Metadata(),
                Locality = Locality,
            },
            DynamicResources = new() { AdsConfig = ads, LdsConfig = new() { Ads = new() }, CdsConfig = new() { Ads = new() } },
            Admin = Admin is null ? null : new() { Address = new() { SocketAddress = new SocketAddress { Address = $"{Admin.Address}", PortValue = (uint)Admin.Port } } },
        };
    }

    private Struct Metadata()
    {
        var labels = new Struct();
        foreach (var (key, value) in Labels) labels.Fields[key] = Value.ForString(value);
        return new Struct
        {
            Fields =
            {
                ["NAME"] = Value.ForString(Name),
                ["NAMESPACE"] = Value.ForString(Namespace),
                ["LABELS"] = Value.ForStruct(labels),
                ["INSTANCE_IPS"] = Value.ForString($"{Address}"),
                ["MELTEMI_VERSION"] = Value.ForString(VersionVerb.Short),
                ["INTERCEPTION_MODE"] = Value.ForString("NONE"),
            },
        };
    }
}
