using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Priority.PreviousPriorities.V3;
using Meltemi.Codec;
using Meltemi.Proxy.Routing.Retries;
using Meltemi.Xds.Reading;
using EnvoyRetryPolicy = Envoy.Config.Route.V3.RetryPolicy;
using EnvoyRoute = Envoy.Config.Route.V3.Route;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Retries and hedging of a route; those of the virtual host count for routes without their own, as a whole.</summary>
internal static class Retries
{
    private const string PreviousHosts = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";

    private const string PreviousPriorities = "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig";
    private const int DefaultPriorityFrequency = 1;

    /// <summary>The policy; null: one try is all.</summary>
    public static RetryConfig? Translate(
        VirtualHost host, EnvoyRoute route, CodecInfo? codec, TranslationContext context, string hostPath, string routePath)
    {
        var action = route.Route_;
        var (retry, retryPath) = action.RetryPolicy is { } own ? (own, $"{routePath}.route.retry_policy") : (host.RetryPolicy, $"{hostPath}.retry_policy");
        var (hedge, hedgePath) = action.HedgePolicy is { } ownHedge ? (ownHedge, $"{routePath}.route.hedge_policy") : (host.HedgePolicy, $"{hostPath}.hedge_policy");
        if (retry is null && hedge is null) return null;
        if (codec?.PoolMode == PoolMode.Bound)
        {
            context.Problems.Error(
                retry is null ? hedgePath : retryPath,
                $"requests of the protocol '{codec.Name}' cannot be tried again: each client has one upstream connection, and what it said there before may matter");
            return null;
        }

        var config = new RetryConfig { MaxRetries = 0 };
        if (retry is not null) config = Translate(retry, context, retryPath);
        if (hedge is not null) config = Translate(config, hedge, context, hedgePath);
        var limit = route.RequestBodyBufferLimit ?? route.PerRequestBufferLimitBytes ?? host.RequestBodyBufferLimit ?? host.PerRequestBufferLimitBytes;
        if (limit is not null) config = config with { BufferLimitBytes = Values.Clamp(limit.Value) };
        return config is { MaxRetries: 0, InitialRequests: <= 1 } ? null : config;
    }

    private static RetryConfig Translate(EnvoyRetryPolicy policy, TranslationContext context, string path)
    {
        var config = new RetryConfig
        {
            On = [.. Conditions(policy, context, path)],
            MaxRetries = policy.NumRetries is { } retries ? Values.Clamp(retries) : 1,
            PerTryTimeout = policy.PerTryTimeout is { } timeout ? Values.Span(timeout) : TimeSpan.Zero,
            Codes = [.. policy.RetriableStatusCodes.Select(code => Values.Clamp(code))],
            Attributes = AttributeMatches.Translate(policy.RetriableHeaders, context, $"{path}.retriable_headers"),
            HostAttempts = HostAttempts(policy, context, path),
            PriorityFrequency = PriorityFrequency(policy, context, path),
        };
        if (policy.RetryBackOff is not { BaseInterval: { } interval } backOff) return config;
        var lowest = Values.Span(interval);
        var highest = backOff.MaxInterval is { } max ? Values.Span(max) : lowest * 10;
        if (highest < lowest) context.Problems.Error($"{path}.retry_back_off.max_interval", "it is below the base_interval");
        return config with { BackOffBase = lowest, BackOffMax = highest };
    }

    private static List<string> Conditions(EnvoyRetryPolicy policy, TranslationContext context, string path)
    {
        var conditions = new List<string>();
        foreach (var name in policy.RetryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (RetryConditions.Names.Contains(name))
                conditions.Add(name);
            else if (RetryConditions.WithoutEffect.Contains(name))
                context.Problems.Warning($"{path}.retry_on", $"'{name}' is ignored: no answer of these protocols means it");
            else
                context.Problems.Warning(
                    $"{path}.retry_on",
                    $"'{name}' is ignored: there is no such condition; there are {string.Join(", ", RetryConditions.Names)}"
                    + Spelling.Hint(name, RetryConditions.Names));
        }

        if (policy.RetriableStatusCodes.Count > 0 && !conditions.Contains(RetryConditions.StatusCodes))
            context.Problems.Warning($"{path}.retriable_status_codes", $"ignored: retry_on does not say '{RetryConditions.StatusCodes}'");
        if (policy.RetriableHeaders.Count > 0 && !conditions.Contains(RetryConditions.Headers))
            context.Problems.Warning($"{path}.retriable_headers", $"ignored: retry_on does not say '{RetryConditions.Headers}'");
        return conditions;
    }

    private static int HostAttempts(EnvoyRetryPolicy policy, TranslationContext context, string path)
    {
        var avoids = false;
        for (var i = 0; i < policy.RetryHostPredicate.Count; i++)
        {
            var predicate = policy.RetryHostPredicate[i];
            if (TranslationContext.TypeOf(predicate.TypedConfig) == PreviousHosts || predicate.Name == "envoy.retry_host_predicates.previous_hosts")
                avoids = true;
            else
                context.Problems.Warning($"{path}.retry_host_predicate[{i}]", $"'{predicate.Name}' is not implemented, ignored");
        }

        return avoids ? (int)Math.Clamp(policy.HostSelectionRetryMaxAttempts, 1, 100) : 0;
    }

    private static int PriorityFrequency(EnvoyRetryPolicy policy, TranslationContext context, string path)
    {
        if (policy.RetryPriority is not { } priority) return 0;
        if (TranslationContext.TypeOf(priority.TypedConfig) == PreviousPriorities)
            return Math.Max(1, context.Unpack(priority.TypedConfig, PreviousPrioritiesConfig.Parser, $"{path}.retry_priority.typed_config").UpdateFrequency);
        if (priority.TypedConfig is null && priority.Name == "envoy.retry_priorities.previous_priorities") return DefaultPriorityFrequency;
        context.Problems.Warning($"{path}.retry_priority", $"'{priority.Name}' is not implemented, ignored");
        return 0;
    }

    private static RetryConfig Translate(RetryConfig config, HedgePolicy hedge, TranslationContext context, string path)
    {
        if (hedge.HedgeOnPerTryTimeout && (config.PerTryTimeout <= TimeSpan.Zero || config.MaxRetries == 0))
        {
            context.Problems.Error(
                $"{path}.hedge_on_per_try_timeout",
                "it needs a retry_policy with a per_try_timeout, after which another try begins, and num_retries, which says how many");
        }

        var initial = hedge.InitialRequests is { } requests ? Values.Clamp(requests) : 1;
        return config with { InitialRequests = initial, HedgeOnPerTryTimeout = hedge.HedgeOnPerTryTimeout };
    }
}
