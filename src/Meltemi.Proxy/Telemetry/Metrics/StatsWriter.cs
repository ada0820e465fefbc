using System.Text.Json;
using System.Text.RegularExpressions;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Envoy's form of figures: <c>cluster.backend.upstream_cx_total: 3</c>, sorted. Series without a dotted name are shown as
/// <c>name{labels}</c>; histograms as their count, sum and quantiles of the buckets' upper bounds.
/// </summary>
public static class StatsWriter
{
    private static readonly double[] Quantiles = [0.5, 0.9, 0.95, 0.99, 1];

    /// <summary>Lines of text.</summary>
    public static void WriteText(MetricSnapshot snapshot, Utf8Buffer output, Regex? filter = null, bool usedOnly = false)
    {
        foreach (var (name, series) in Select(snapshot, filter, usedOnly))
        {
            output.Append(name).Append(": "u8);
            if (series.Family.Layout is { } layout) AppendHistogram(output, layout, snapshot.Slots(series));
            else if (snapshot.Value(series) % series.Family.Divisor == 0) output.Append(snapshot.Value(series) / series.Family.Divisor);
            else output.Append((double)snapshot.Value(series) / series.Family.Divisor);
            output.Append((byte)'\n');
        }
    }

    /// <summary>Envoy's JSON: <c>{"stats":[{"name":...,"value":...},...]}</c>; a histogram has count and sum instead of a value.</summary>
    public static void WriteJson(MetricSnapshot snapshot, Utf8Buffer output, Regex? filter = null, bool usedOnly = false)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartArray("stats");
        foreach (var (name, series) in Select(snapshot, filter, usedOnly))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            var slots = snapshot.Slots(series);
            if (series.Family.Layout is { } layout)
            {
                json.WriteNumber("count", Count(slots));
                json.WriteNumber("sum", (double)slots[^1] / layout.Divisor);
            }
            else if (slots[0] % series.Family.Divisor == 0)
            {
                json.WriteNumber("value", slots[0] / series.Family.Divisor);
            }
            else
            {
                json.WriteNumber("value", (double)slots[0] / series.Family.Divisor);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Whether the name that is shown for a series, or its Prometheus name with labels, matches.</summary>
    internal static bool Matches(Regex filter, MetricSeries series) =>
        filter.IsMatch(PrometheusName(series)) || (series.DottedName is { } dotted && filter.IsMatch(dotted));

    private static List<(string Name, MetricSeries Series)> Select(MetricSnapshot snapshot, Regex? filter, bool usedOnly)
    {
        var selected = new List<(string Name, MetricSeries Series)>();
        for (var i = 0; i < snapshot.Families.Count; i++)
        {
            foreach (var series in snapshot.SeriesOf(i))
            {
                if (usedOnly && !snapshot.IsUsed(series)) continue;
                if (filter is not null && !Matches(filter, series)) continue;
                selected.Add((series.DottedName ?? PrometheusName(series), series));
            }
        }

        selected.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return selected;
    }

    private static string PrometheusName(MetricSeries series) =>
        series.Labels.Text.IsEmpty ? series.Family.Name : $"{series.Family.Name}{{{series.Labels}}}";

    private static void AppendHistogram(Utf8Buffer output, HistogramLayout layout, ReadOnlySpan<long> slots)
    {
        var count = Count(slots);
        output.Append("count="u8).Append(count).Append(" sum="u8).Append((double)slots[^1] / layout.Divisor);
        if (count == 0) return;
        foreach (var quantile in Quantiles)
        {
            output.Append(" P"u8).Append(quantile * 100).Append("<="u8);
            var bucket = BucketOf(slots, (long)Math.Ceiling(quantile * count));
            if (bucket < layout.Bounds.Length) output.Append((double)layout.Bounds[bucket] / layout.Divisor);
            else output.Append("inf"u8);
        }
    }

    private static long Count(ReadOnlySpan<long> slots)
    {
        var count = 0L;
        foreach (var bucket in slots[..^1]) count += bucket;
        return count;
    }

    private static int BucketOf(ReadOnlySpan<long> slots, long rank)
    {
        var bucket = 0;
        for (var seen = slots[0]; seen < rank && bucket < slots.Length - 2; seen += slots[bucket]) bucket++;
        return bucket;
    }
}
