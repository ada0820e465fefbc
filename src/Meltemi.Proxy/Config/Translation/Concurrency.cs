using Envoy.Extensions.Filters.Http.AdaptiveConcurrency.V3;
using Meltemi.Proxy.Filters.Concurrency;
using Meltemi.Xds.Config.V1;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>The filter that follows how long requests take.</summary>
internal static class Concurrency
{
    public const string Type = "envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency";

    /// <summary>Names of the filter: ours and Envoy's.</summary>
    public static readonly string[] Names = [AdaptiveConcurrencyFilter.FilterName, "envoy.filters.http.adaptive_concurrency"];

    /// <summary>Type of the plain limit.</summary>
    public const string LimitType = "meltemi.config.v1.ConcurrencyLimit";

    /// <summary>The plain limit.</summary>
    public static ConcurrencyLimitConfig Translate(ConcurrencyLimit limit, TranslationContext context, string path)
    {
        var defaults = new ConcurrencyLimitConfig { MaxConcurrency = Values.Clamp(limit.MaxConcurrency) };
        return defaults with
        {
            MaxQueue = Values.Clamp(limit.MaxQueue),
            MaxWait = limit.MaxWait is { } wait ? Values.Span(wait) : defaults.MaxWait,
            Classes =
            [
                .. limit.Classes.Select((one, i) => new ConcurrencyClass(
                    AttributeMatches.Translate(one.Headers, context, $"{path}.classes[{i}].headers"), (int)one.Priority)),
            ],
        };
    }

    /// <summary>The bound; null: it is switched off.</summary>
    public static AdaptiveConcurrencyConfig? Translate(AdaptiveConcurrency filter, TranslationContext context, string path)
    {
        if (filter.Enabled?.DefaultValue == false || filter.GradientControllerConfig is not { } gradient) return null;
        var (limit, probe) = (gradient.ConcurrencyLimitParams, gradient.MinRttCalcParams);
        if (limit?.ConcurrencyUpdateInterval is null || probe is null) return null; // reported by the reader
        if (probe.Interval is null && probe.FixedValue is null)
        {
            context.Problems.Error(
                $"{path}.gradient_controller_config.min_rtt_calc_params",
                "it needs an interval, at which the shortest duration is measured, or a fixed_value instead");
        }

        var defaults = new AdaptiveConcurrencyConfig { UpdateInterval = Values.Span(limit.ConcurrencyUpdateInterval) };
        return defaults with
        {
            Percentile = gradient.SampleAggregatePercentile?.Value ?? defaults.Percentile,
            MaxLimit = limit.MaxConcurrencyLimit is { } most ? Values.Clamp(most) : defaults.MaxLimit,
            MinLimit = limit.MinConcurrencyLimit is { } least ? Values.Clamp(least) : null,
            ProbeInterval = probe.Interval is { } interval ? Values.Span(interval) : TimeSpan.Zero,
            ProbeJitterPercent = probe.Jitter?.Value ?? defaults.ProbeJitterPercent,
            ProbeRequests = probe.RequestCount is { } requests ? Values.Clamp(requests) : defaults.ProbeRequests,
            ProbeConcurrency = probe.MinConcurrency is { } concurrency ? Values.Clamp(concurrency) : defaults.ProbeConcurrency,
            BufferPercent = probe.Buffer?.Value ?? defaults.BufferPercent,
            FixedShortest = probe.FixedValue is { } fix ? Values.Span(fix) : TimeSpan.Zero,
        };
    }
}
