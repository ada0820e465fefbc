using Aeraki.MetaProtocolProxy.Config.Route.V1Alpha;
using Aeraki.MetaProtocolProxy.Filters.LocalRatelimit.V1Alpha;
using Aeraki.MetaProtocolProxy.Filters.Ratelimit.V1Alpha;
using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Core.V3;
using Envoy.Config.Ratelimit.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources.Aeraki;
using WireLimit = Aeraki.MetaProtocolProxy.Filters.LocalRatelimit.V1Alpha.LocalRateLimit;

namespace Meltemi.ControlPlane.Translation.RateLimits;

/// <summary>
/// The rate limits of a MetaRouter as filters of the servers' proxies, in Aeraki's order: the local one before the global one.
/// </summary>
public static class LimitFilters
{
    /// <summary>Name of the filter of local limits: also the key of a <c>typed_per_filter_config</c>.</summary>
    internal const string LocalName = Prefix + "local_ratelimit";

    private const string Prefix = "aeraki.meta_protocol.filters.";

    /// <summary>The filters of the chain that serves a service to others, before the router.</summary>
    public static IEnumerable<MetaProtocolFilter> For(Service service, MeshView view)
    {
        if (MetaRouterChoice.ForMesh(service.Host, view) is not { } router) return [];
        var (spec, path) = (router.SpecAs<MetaRouter>(), FieldPath.Spec(view.Problems, router));
        MetaProtocolFilter?[] filters =
        [
            Local(spec.LocalRateLimit, service, path["localRateLimit"]),
            Global(spec.GlobalRateLimit, path["globalRateLimit"]),
        ];
        return filters.OfType<MetaProtocolFilter>();
    }

    /// <summary>The limit that each proxy keeps by itself; null: none.</summary>
    internal static MetaProtocolFilter? Local(Meltemi.Resources.Aeraki.LocalRateLimit? limit, Service service, FieldPath path)
    {
        return limit is null ? null : new() { Name = LocalName, Config = Any.Pack(Local(limit, service.Host, path)) };
    }

    /// <summary>A limit of a proxy's own.</summary>
    internal static WireLimit Local(Meltemi.Resources.Aeraki.LocalRateLimit limit, string statPrefix, FieldPath path)
    {
        var translated = new WireLimit { StatPrefix = statPrefix, Per = Translate(limit.Per) };
        if (limit.TokenBucket is { } bucket) translated.TokenBucket = Translate(bucket);
        translated.FilterEnforced = Percents.Runtime(limit.Enforced);
        for (var i = 0; i < limit.Conditions.Count; i++)
        {
            if (AttributeMatchers.Translate(limit.Conditions[i].Match, path["conditions"][i]["match"]) is not { } matchers) continue;
            translated.Conditions.Add(new LocalRateLimitCondition
            {
                Match = new RouteMatch { Metadata = { matchers } },
                TokenBucket = Translate(limit.Conditions[i].TokenBucket ?? new()),
                Per = Translate(limit.Conditions[i].Per),
            });
        }

        return translated;
    }

    /// <summary>The limit that a service counts for all proxies; null: none.</summary>
    internal static MetaProtocolFilter? Global(GlobalRateLimit? limit, FieldPath path)
    {
        if (limit is null || AttributeMatchers.Translate(limit.Match, path["match"]) is not { } matchers) return null;
        var translated = new RateLimit
        {
            Match = matchers.Count > 0 ? new RouteMatch { Metadata = { matchers } } : null,
            Domain = limit.Domain,
            Timeout = limit.RequestTimeout,
            FailureModeDeny = limit.DenyOnFail,
            RateLimitService = new RateLimitServiceConfig
            {
                GrpcService = new GrpcService { EnvoyGrpc = new() { ClusterName = limit.RateLimitService } },
                TransportApiVersion = ApiVersion.V3,
            },
        };
        translated.Descriptors.AddRange(limit.Descriptors.Select(part => new RateLimitDescriptor
        {
            Property = part.Property,
            DescriptorKey = part.DescriptorKey,
        }));
        translated.CombinedDescriptors.AddRange(limit.CombinedDescriptors.Select(Translate));
        translated.HitsAddend = limit.HitsAddend;
        return new() { Name = Prefix + "ratelimit", Config = Any.Pack(translated) };
    }

    private static BucketPerValue? Translate(Meltemi.Resources.Aeraki.LocalRateLimit.Types.BucketPerValue? per)
    {
        if (per is null) return null;
        var translated = new BucketPerValue { MaxBuckets = per.MaxBuckets };
        if (per.HasAttribute) translated.Attribute = per.Attribute;
        else translated.SourceIp = true;
        return translated;
    }

    private static CombinedDescriptor Translate(GlobalRateLimit.Types.CombinedDescriptor combined) => new()
    {
        Entries =
        {
            combined.Entries.Select(entry => entry.HasProperty
                ? new RateLimitDescriptorEntry { DescriptorKey = entry.DescriptorKey, Property = entry.Property }
                : new RateLimitDescriptorEntry { DescriptorKey = entry.DescriptorKey, Value = entry.Value }),
        },
    };

    private static TokenBucket Translate(Meltemi.Resources.Aeraki.LocalRateLimit.Types.TokenBucket bucket) => new()
    {
        MaxTokens = bucket.MaxTokens,
        TokensPerFill = bucket.TokensPerFill ?? 1,
        FillInterval = bucket.FillInterval,
    };
}
