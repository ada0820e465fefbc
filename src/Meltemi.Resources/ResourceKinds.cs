using System.Collections.Frozen;
using System.Collections.Immutable;
using Google.Protobuf;

namespace Meltemi.Resources;

/// <summary>The kinds of resources that are known, and how people name them.</summary>
public static class ResourceKinds
{
    private const string Metaprotocol = "metaprotocol.aeraki.io", RedisGroup = "redis.aeraki.io", DubboGroup = "dubbo.aeraki.io";
    private const string Networking = "networking.istio.io", Security = "security.istio.io";
    private const string CoreGroup = "", DiscoveryGroup = "discovery.k8s.io";

    private static readonly ImmutableArray<string> Alpha1 = ["v1alpha1"], Alpha3 = ["v1alpha3"], V1 = ["v1"];
    private static readonly ImmutableArray<string> Istios = ["v1", "v1beta1", "v1alpha3"], Secured = ["v1", "v1beta1"];

    private static readonly Dictionary<ResourceKind, MessageParser> Parsers = [];

    /// <summary>Routes and limits for any protocol.</summary>
    public static ResourceKind MetaRouter { get; } = Add(
        new(Metaprotocol, "MetaRouter", "metarouters", Alpha1)
        {
            ShortNames = ["mr"],
            MessageType = "metaprotocol.aeraki.io.v1alpha1.MetaRouter",
        },
        Aeraki.MetaRouter.Parser);

    /// <summary>A protocol and its codec.</summary>
    public static ResourceKind ApplicationProtocol { get; } = Add(
        new(Metaprotocol, "ApplicationProtocol", "applicationprotocols", Alpha1, Namespaced: false)
        {
            MessageType = "metaprotocol.aeraki.io.v1alpha1.ApplicationProtocol",
        },
        Aeraki.ApplicationProtocol.Parser);

    /// <summary>A service.</summary>
    public static ResourceKind ServiceEntry { get; } = Add(
        new(Networking, "ServiceEntry", "serviceentries", Istios)
        {
            ShortNames = ["se"],
            MessageType = "istio.networking.v1alpha3.ServiceEntry",
            IsBulk = true,
        },
        Istio.ServiceEntry.Parser);

    /// <summary>An instance of a service.</summary>
    public static ResourceKind WorkloadEntry { get; } = Add(
        new(Networking, "WorkloadEntry", "workloadentries", Istios)
        {
            ShortNames = ["we"],
            MessageType = "istio.networking.v1alpha3.WorkloadEntry",
            IsBulk = true,
        },
        Istio.WorkloadEntry.Parser);

    /// <summary>A template for instances.</summary>
    public static ResourceKind WorkloadGroup { get; } = Add(
        new(Networking, "WorkloadGroup", "workloadgroups", Istios)
        {
            ShortNames = ["wg"],
            MessageType = "istio.networking.v1alpha3.WorkloadGroup",
        },
        Istio.WorkloadGroup.Parser);

    /// <summary>Balancing, limits and subsets of a service.</summary>
    public static ResourceKind DestinationRule { get; } = Add(
        new(Networking, "DestinationRule", "destinationrules", Istios)
        {
            ShortNames = ["dr"],
            MessageType = "istio.networking.v1alpha3.DestinationRule",
        },
        Istio.DestinationRule.Parser);

    /// <summary>What some proxies can see.</summary>
    public static ResourceKind Sidecar { get; } = Add(
        new(Networking, "Sidecar", "sidecars", Istios)
        {
            MessageType = "istio.networking.v1alpha3.Sidecar",
        },
        Istio.Sidecar.Parser);

    /// <summary>Routes for HTTP, TLS and TCP.</summary>
    public static ResourceKind VirtualService { get; } = Add(
        new(Networking, "VirtualService", "virtualservices", Istios)
        {
            ShortNames = ["vs"],
            MessageType = "istio.networking.v1alpha3.VirtualService",
        },
        Istio.VirtualService.Parser);

    /// <summary>Ports at the edge of the mesh.</summary>
    public static ResourceKind Gateway { get; } = Add(
        new(Networking, "Gateway", "gateways", Istios)
        {
            ShortNames = ["gw"],
            MessageType = "istio.networking.v1alpha3.Gateway",
        },
        Istio.Gateway.Parser);

    /// <summary>Changes of what proxies get.</summary>
    public static ResourceKind EnvoyFilter { get; } = Add(
        new(Networking, "EnvoyFilter", "envoyfilters", Alpha3)
        {
            MessageType = "istio.networking.v1alpha3.EnvoyFilter",
        },
        Istio.EnvoyFilter.Parser);

    /// <summary>Kubernetes' service.</summary>
    public static ResourceKind Service { get; } = Add(
        new(CoreGroup, "Service", "services", V1)
        {
            ShortNames = ["svc"],
            MessageType = "k8s.io.api.core.v1.Service",
            IsBulk = true,
            Flat = true,
        },
        Core.Service.Parser);

    /// <summary>Where a Kubernetes service runs, the old form.</summary>
    public static ResourceKind Endpoints { get; } = Add(
        new(CoreGroup, "Endpoints", "endpoints", V1)
        {
            ShortNames = ["ep"],
            MessageType = "k8s.io.api.core.v1.Endpoints",
            IsBulk = true,
            Flat = true,
        },
        Core.Endpoints.Parser);

    /// <summary>Where a Kubernetes service runs.</summary>
    public static ResourceKind EndpointSlice { get; } = Add(
        new(DiscoveryGroup, "EndpointSlice", "endpointslices", V1)
        {
            MessageType = "k8s.io.api.discovery.v1.EndpointSlice",
            IsBulk = true,
            Flat = true,
        },
        Discovery.EndpointSlice.Parser);

    /// <summary>A workload in Kubernetes.</summary>
    public static ResourceKind Pod { get; } = Add(
        new(CoreGroup, "Pod", "pods", V1)
        {
            ShortNames = ["po"],
            MessageType = "k8s.io.api.core.v1.Pod",
            IsBulk = true,
            Flat = true,
        },
        Core.Pod.Parser);

    /// <summary>A space for names.</summary>
    public static ResourceKind Namespace { get; } = Add(
        new(CoreGroup, "Namespace", "namespaces", V1, Namespaced: false)
        {
            ShortNames = ["ns"],
            MessageType = "k8s.io.api.core.v1.Namespace",
            Flat = true,
        },
        Core.Namespace.Parser);

    /// <summary>Routes for Redis.</summary>
    public static ResourceKind RedisService { get; } = Add(
        new(RedisGroup, "RedisService", "redisservices", Alpha1)
        {
            ShortNames = ["rsvc"],
            MessageType = "redis.aeraki.io.v1alpha1.RedisService",
            KeptOnly = true,
        },
        Aeraki.Redis.RedisService.Parser);

    /// <summary>Connections to Redis.</summary>
    public static ResourceKind RedisDestination { get; } = Add(
        new(RedisGroup, "RedisDestination", "redisdestinations", Alpha1)
        {
            ShortNames = ["rd"],
            MessageType = "redis.aeraki.io.v1alpha1.RedisDestination",
            KeptOnly = true,
        },
        Aeraki.Redis.RedisDestination.Parser);

    /// <summary>Who may call Dubbo methods.</summary>
    public static ResourceKind DubboAuthorizationPolicy { get; } = Add(
        new(DubboGroup, "DubboAuthorizationPolicy", "dubboauthorizationpolicies", Alpha1)
        {
            ShortNames = ["dap"],
            MessageType = "dubbo.aeraki.io.v1alpha1.DubboAuthorizationPolicy",
            KeptOnly = true,
        },
        Aeraki.Dubbo.DubboAuthorizationPolicy.Parser);

    /// <summary>Who may do what.</summary>
    public static ResourceKind AuthorizationPolicy { get; } = Add(
        new(Security, "AuthorizationPolicy", "authorizationpolicies", Secured)
        {
            ShortNames = ["ap"],
            MessageType = "istio.security.v1beta1.AuthorizationPolicy",
            KeptOnly = true,
        },
        Istio.Security.AuthorizationPolicy.Parser);

    /// <summary>Whether peers show certificates.</summary>
    public static ResourceKind PeerAuthentication { get; } = Add(
        new(Security, "PeerAuthentication", "peerauthentications", Secured)
        {
            ShortNames = ["pa"],
            MessageType = "istio.security.v1beta1.PeerAuthentication",
            KeptOnly = true,
        },
        Istio.Security.PeerAuthentication.Parser);

    /// <summary>Which tokens are checked.</summary>
    public static ResourceKind RequestAuthentication { get; } = Add(
        new(Security, "RequestAuthentication", "requestauthentications", Secured)
        {
            ShortNames = ["ra"],
            MessageType = "istio.security.v1beta1.RequestAuthentication",
            KeptOnly = true,
        },
        Istio.Security.RequestAuthentication.Parser);

    /// <summary>All of them, those first that people write most.</summary>
    public static ImmutableArray<ResourceKind> All { get; } = [.. Parsers.Keys];

    private static readonly FrozenDictionary<(string, string), ResourceKind> ByKind =
        All.ToFrozenDictionary(kind => (kind.Group, kind.Name));
    private static readonly FrozenDictionary<string, ResourceKind> ByName = Names().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind of a group and a name as in a file; null if it is not known.</summary>
    public static ResourceKind? Find(string group, string kind) => ByKind.GetValueOrDefault((group, kind));

    /// <summary>
    /// The kind that somebody means by a plural, singular or short name, alone or with <c>.group</c>, in any case; null if it is not
    /// known.
    /// </summary>
    public static ResourceKind? Named(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Parser of the kind's typed spec, from protobuf's wire form.</summary>
    internal static MessageParser Parser(ResourceKind kind) => Parsers[kind];

    private static ResourceKind Add(ResourceKind kind, MessageParser parser)
    {
        Parsers.Add(kind, parser);
        return kind;
    }

    private static Dictionary<string, ResourceKind> Names()
    {
        var names = new Dictionary<string, ResourceKind>(StringComparer.OrdinalIgnoreCase);
        foreach (var kind in All)
        {
            foreach (var name in kind.ShortNames.Append(kind.Plural).Append(kind.Singular))
            {
                names.TryAdd(name, kind);
                if (kind.Group.Length > 0) names.TryAdd($"{name}.{kind.Group}", kind);
            }
        }

        return names;
    }
}
