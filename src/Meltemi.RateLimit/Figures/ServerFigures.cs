using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Envoy.Extensions.Common.Ratelimit.V3;
using Meltemi.RateLimit.Rules;

namespace Meltemi.RateLimit.Figures;

/// <summary>All figures of a server. Those of limits live as long as the process, through changes of the limits.</summary>
public sealed class ServerFigures
{
    /// <summary>Limits, or with detailed_metric values of limits, that have figures of their own; further ones share one set.</summary>
    public const int MaxSeries = 10_000;

    private readonly ConcurrentDictionary<string, RuleFigures> _rules = new(StringComparer.Ordinal);
    private readonly RuleFigures _others = new();

    /// <summary>Requests.</summary>
    public Figure Requests { get; } = new();

    /// <summary>Requests that were wrong, or that the store could not be asked for.</summary>
    public Figure ServiceErrors { get; } = new();

    /// <summary>Requests that the store did not answer, or not in time.</summary>
    public Figure StoreErrors { get; } = new();

    /// <summary>Times that limits were read and put in force.</summary>
    public Figure ConfigLoads { get; } = new();

    /// <summary>Times that limits could not be read.</summary>
    public Figure ConfigErrors { get; } = new();

    /// <summary>The figures of a limit.</summary>
    /// <param name="descriptor">Its values are the names with detailed_metric.</param>
    public RuleFigures Of(string domain, LimitRule rule, RateLimitDescriptor descriptor) =>
        rule.DetailedMetric ? Find(domain, rule, descriptor) : rule.Figures ??= Find(domain, rule, descriptor);

    /// <summary>Everything in Prometheus' text format.</summary>
    public string ToPrometheus()
    {
        var text = new StringBuilder();
        Write(text, "ratelimit_server_should_rate_limit_total_requests", "Requests.", Requests);
        Write(text, "ratelimit_service_call_should_rate_limit_service_error", "Requests that ended with an error.", ServiceErrors);
        Write(text, "ratelimit_service_call_should_rate_limit_redis_error", "Requests that the store did not answer in time.", StoreErrors);
        Write(text, "ratelimit_service_config_load_success", "Times that limits were put in force.", ConfigLoads);
        Write(text, "ratelimit_service_config_load_error", "Times that limits could not be read.", ConfigErrors);
        var rules = _rules.OrderBy(rule => rule.Key, StringComparer.Ordinal).Append(new("domain=\"\"", _others));
        var lines = rules.SelectMany(rule => rule.Value.All.Select(figure => (Labels: rule.Key, figure.Name, figure.Help, figure.Figure)));
        foreach (var family in lines.GroupBy(line => (line.Name, line.Help)))
        {
            var name = $"ratelimit_service_rate_limit_{family.Key.Name}";
            Header(text, name, family.Key.Help);
            foreach (var line in family) text.Append(CultureInfo.InvariantCulture, $"{name}{{{line.Labels}}} {line.Figure.Value}\n");
        }

        return text.ToString();
    }

    private RuleFigures Find(string domain, LimitRule rule, RateLimitDescriptor descriptor)
    {
        var labels = new StringBuilder($"domain=\"{Escape(domain)}\"");
        for (var i = 0; i < rule.Path.Length; i++)
        {
            var key = rule.DetailedMetric ? $"{descriptor.Entries[i].Key}_{descriptor.Entries[i].Value}" : rule.Path[i];
            labels.Append(CultureInfo.InvariantCulture, $",key{i + 1}=\"{Escape(key)}\"");
        }

        var name = labels.ToString();
        if (_rules.TryGetValue(name, out var known)) return known;
        return _rules.Count < MaxSeries ? _rules.GetOrAdd(name, static _ => new()) : _others;
    }

    private static void Write(StringBuilder text, string name, string help, Figure figure)
    {
        Header(text, name, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {figure.Value}\n");
    }

    private static void Header(StringBuilder text, string name, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} counter\n");

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
