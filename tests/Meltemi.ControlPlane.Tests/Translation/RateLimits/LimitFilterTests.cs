using Aeraki.MetaProtocolProxy.Filters.LocalRatelimit.V1Alpha;
using Aeraki.MetaProtocolProxy.Filters.Ratelimit.V1Alpha;
using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation.RateLimits;
using static Meltemi.ControlPlane.Tests.Translation.Support.DemoService;

namespace Meltemi.ControlPlane.Tests.Translation.RateLimits;

/// <summary>The limits of a MetaRouter as the proxies get them.</summary>
public class LimitFilterTests
{
    [Fact]
    public void A_service_s_limits_are_filters_of_its_servers_the_local_one_first()
    {
        var mesh = Mesh("""
            localRateLimit:
              tokenBucket: { maxTokens: 5, tokensPerFill: 2, fillInterval: 60s }
              per: { useSourceIp: true }
              enforced: { value: 25 }
              conditions:
              - match: { attributes: { method: { exact: sayHello } } }
                tokenBucket: { maxTokens: 1, fillInterval: 1s }
                per: { attribute: user, maxBuckets: 7 }
            globalRateLimit:
              domain: production
              rateLimitService: outbound|8081||limits
              denyOnFail: true
              hitsAddend: 3
              descriptors: [{ property: method, descriptorKey: m }]
              combinedDescriptors: [{ entries: [{ property: user, descriptorKey: user }, { value: gold, descriptorKey: tier }] }]
            """);

        var filters = LimitFilters.For(mesh.FindService(Host), mesh.View()).ToArray();

        Assert.Equal(["aeraki.meta_protocol.filters.local_ratelimit", "aeraki.meta_protocol.filters.ratelimit"], filters.Select(filter => filter.Name));
        var local = filters[0].Config.Unpack<LocalRateLimit>();
        Assert.Equal((Host, 5u, 2u), (local.StatPrefix, local.TokenBucket.MaxTokens, local.TokenBucket.TokensPerFill!.Value));
        Assert.Equal((true, 250_000u), (local.Per.SourceIp, local.FilterEnforced.DefaultValue.Numerator));
        Assert.Equal(("user", 7u), (local.Conditions[0].Per.Attribute, local.Conditions[0].Per.MaxBuckets!.Value));
        var global = filters[1].Config.Unpack<RateLimit>();
        Assert.Equal(("outbound|8081||limits", true, 3u), (global.RateLimitService.GrpcService.EnvoyGrpc.ClusterName, global.FailureModeDeny, global.HitsAddend!.Value));
        Assert.Equal(["user=user", "tier=gold"], global.CombinedDescriptors[0].Entries.Select(entry => $"{entry.DescriptorKey}={entry.Property}{entry.Value}"));
    }

    [Fact]
    public void A_route_s_limit_is_for_its_clients()
    {
        var mesh = Route("name: hello\nlocalRateLimit: { tokenBucket: { maxTokens: 3, fillInterval: 1s } }");

        var limit = mesh.OnlyRoute().TypedPerFilterConfig["aeraki.meta_protocol.filters.local_ratelimit"].Unpack<LocalRateLimit>();
        Assert.Equal(("hello", 3u), (limit.StatPrefix, limit.TokenBucket.MaxTokens));
        Assert.Equal(3, mesh.Proxy().Match()!.Config.LocalRateLimit!.Rules[0].Bucket.MaxTokens);
        Assert.Empty(mesh.Analyze());
    }
}
