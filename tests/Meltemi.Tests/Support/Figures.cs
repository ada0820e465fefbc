using System.Globalization;
using System.Text;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Tests.Support;

/// <summary>Reads figures as an operator would.</summary>
internal static class Figures
{
    /// <summary>A figure by its dotted name, such as <c>cluster.main.upstream_rq_late</c>.</summary>
    public static long Figure(this MetricRegistry metrics, string name) => metrics.FindFigure(name) ?? throw new KeyNotFoundException(name);

    /// <summary>All figures as Prometheus reads them.</summary>
    public static string Prometheus(this MetricRegistry metrics)
    {
        var text = new Utf8Buffer();
        PrometheusWriter.Write(metrics.Collect(), text);
        return Encoding.UTF8.GetString(text.Written);
    }

    /// <summary>The same; null as long as there is none, since those of clusters come with their first use.</summary>
    public static long? FindFigure(this MetricRegistry metrics, string name)
    {
        var text = new Utf8Buffer();
        StatsWriter.WriteText(metrics.Collect(), text);
        foreach (var line in Encoding.UTF8.GetString(text.Written).Split('\n'))
        {
            if (line.StartsWith(name + ": ", StringComparison.Ordinal)) return long.Parse(line[(name.Length + 2)..], CultureInfo.InvariantCulture);
        }

        return null;
    }

    /// <summary>The sum of the series of a Prometheus name whose labels have a text in them.</summary>
    public static long Sum(this MetricRegistry metrics, string name, string labels)
    {
        return metrics.Prometheus().Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(labels, StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
