using System.Text.RegularExpressions;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>The figures.</summary>
internal static class StatsPage
{
    private const int MaxFilterLength = 1024;

    public static HttpResponse Show(HttpRequest request, IAdminState state) => request.Parameter("format") switch
    {
        null or "text" => Render(request, state, "text/plain; charset=utf-8", StatsWriter.WriteText),
        "json" => Render(request, state, "application/json", StatsWriter.WriteJson),
        "prometheus" => Prometheus(request, state),
        _ => HttpResponse.Error(400, "format is text, json or prometheus"),
    };

    public static HttpResponse Prometheus(HttpRequest request, IAdminState state) =>
        Render(request, state, PrometheusWriter.ContentType, PrometheusWriter.Write);

    private static HttpResponse Render(
        HttpRequest request, IAdminState state, string contentType, Action<MetricSnapshot, Utf8Buffer, Regex?, bool> write)
    {
        Regex? filter = null;
        if (request.Parameter("filter") is { Length: > 0 } pattern)
        {
            if (pattern.Length > MaxFilterLength) return HttpResponse.Error(400, $"filter is longer than {MaxFilterLength}");
            try
            {
                filter = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                return HttpResponse.Error(400, $"filter: {error.Message}");
            }
        }

        var output = new Utf8Buffer(16 * 1024);
        write(state.Metrics.Collect(), output, filter, request.Parameter("usedonly") is not null);
        return new HttpResponse(200, contentType, output.WrittenMemory);
    }
}
