using System.Text.RegularExpressions;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Prometheus' text format 0.0.4.</summary>
public static class PrometheusWriter
{
    /// <summary>Value of the Content-Type header.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all families that have something to show.</summary>
    /// <param name="snapshot">The figures.</param>
    /// <param name="output">Receives the text.</param>
    /// <param name="filter">Only series whose name with labels matches; null: all.</param>
    /// <param name="usedOnly">Only series that ever counted anything.</param>
    public static void Write(MetricSnapshot snapshot, Utf8Buffer output, Regex? filter = null, bool usedOnly = false)
    {
        for (var i = 0; i < snapshot.Families.Count; i++)
        {
            var family = snapshot.Families[i];
            var headerWritten = false;
            foreach (var series in snapshot.SeriesOf(i))
            {
                if (usedOnly && !snapshot.IsUsed(series)) continue;
                if (filter is not null && !StatsWriter.Matches(filter, series)) continue;
                if (!headerWritten) WriteHeader(family, output);
                headerWritten = true;
                if (family.Layout is { } layout) WriteHistogram(series, layout, snapshot.Slots(series), output);
                else WriteValue(series, snapshot.Value(series), output);
            }
        }
    }

    private static void WriteHeader(MetricFamily family, Utf8Buffer output)
    {
        output.Append("# HELP "u8).Append(family.Name).Append((byte)' ');
        output.Append(family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        output.Append("\n# TYPE "u8).Append(family.Name);
        output.Append(family.Kind switch
        {
            MetricKind.Counter => " counter\n"u8,
            MetricKind.Gauge => " gauge\n"u8,
            _ => " histogram\n"u8,
        });
    }

    private static void WriteValue(MetricSeries series, long value, Utf8Buffer output)
    {
        output.Append(series.Family.Name);
        if (!series.Labels.Text.IsEmpty) output.Append((byte)'{').Append(series.Labels.Text).Append((byte)'}');
        output.Append((byte)' ');
        WriteNumber(value, series.Family.Divisor, output);
        output.Append((byte)'\n');
    }

    private static void WriteHistogram(MetricSeries series, HistogramLayout layout, ReadOnlySpan<long> slots, Utf8Buffer output)
    {
        var name = series.Family.Name;
        var labels = series.Labels.Text;
        var count = 0L;
        for (var i = 0; i <= layout.Bounds.Length; i++)
        {
            count += slots[i];
            output.Append(name).Append("_bucket{"u8).Append(labels).Append(labels.IsEmpty ? "le=\""u8 : ",le=\""u8);
            if (i < layout.Bounds.Length) WriteNumber(layout.Bounds[i], layout.Divisor, output);
            else output.Append("+Inf"u8);
            output.Append("\"} "u8).Append(count).Append((byte)'\n');
        }

        WriteSuffixed(name, "_sum"u8, labels, output);
        WriteNumber(slots[^1], layout.Divisor, output);
        output.Append((byte)'\n');
        WriteSuffixed(name, "_count"u8, labels, output);
        output.Append(count).Append((byte)'\n');
    }

    private static void WriteSuffixed(string name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> labels, Utf8Buffer output)
    {
        output.Append(name).Append(suffix);
        if (!labels.IsEmpty) output.Append((byte)'{').Append(labels).Append((byte)'}');
        output.Append((byte)' ');
    }

    private static void WriteNumber(long value, long divisor, Utf8Buffer output)
    {
        if (value % divisor == 0) output.Append(value / divisor);
        else output.Append((double)value / divisor);
    }
}
