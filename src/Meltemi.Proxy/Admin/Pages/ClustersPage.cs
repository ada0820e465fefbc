using System.Globalization;
using System.Text;
using System.Text.Json;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>
/// Clusters and endpoints in Envoy's two forms: <c>cluster::endpoint::figure::value</c> lines, and <c>envoy.admin.v3.Clusters</c>.
/// </summary>
internal static class ClustersPage
{
    private static readonly (string Name, Func<EndpointStats, int> Series, bool IsGauge)[] Figures =
    [
        ("cx_active", stats => stats.CxActive, true),
        ("cx_connect_fail", stats => stats.CxConnectFail, false),
        ("cx_total", stats => stats.CxTotal, false),
        ("rq_active", stats => stats.RqActive, true),
        ("rq_error", stats => stats.RqError, false),
        ("rq_success", stats => stats.RqSuccess, false),
        ("rq_timeout", stats => stats.RqTimeout, false),
        ("rq_total", stats => stats.RqTotal, false),
    ];

    public static HttpResponse Show(HttpRequest request, IAdminState state) => request.Parameter("format") switch
    {
        null or "text" => Text(state),
        "json" => JsonBody.Write(json => WriteJson(json, state)),
        _ => HttpResponse.Error(400, "format is text or json"),
    };

    private static HttpResponse Text(IAdminState state)
    {
        var text = new StringBuilder();
        foreach (var cluster in state.Clusters())
        {
            var name = cluster.Name;
            foreach (var (priority, limits) in Priorities(cluster))
            {
                foreach (var (bound, value) in Bounds(limits)) Line($"{name}::{priority.ToLowerInvariant()}_priority::{bound}::{value}");
            }

            Line($"{name}::added_via_api::{(cluster.Dynamic ? "true" : "false")}");
            foreach (var endpoint in cluster.Endpoints)
            {
                foreach (var (figure, value, _) in Values(endpoint, state)) Line($"{name}::{endpoint.Address}::{figure}::{value}");
                Line($"{name}::{endpoint.Address}::hostname::{endpoint.Hostname}");
                Line($"{name}::{endpoint.Address}::health_flags::{HealthText.Flags(endpoint.Health)}");
                Line($"{name}::{endpoint.Address}::weight::{endpoint.Weight}");
                Line($"{name}::{endpoint.Address}::region::{endpoint.Place.Locality.Region}");
                Line($"{name}::{endpoint.Address}::zone::{endpoint.Place.Locality.Zone}");
                Line($"{name}::{endpoint.Address}::sub_zone::{endpoint.Place.Locality.SubZone}");
                Line($"{name}::{endpoint.Address}::priority::{endpoint.Place.Priority}");
            }
        }

        return HttpResponse.Text(text.ToString());

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static (string Priority, LimitsConfig Limits)[] Priorities(ClusterRow cluster) =>
        [("DEFAULT", cluster.Limits), ("HIGH", cluster.HighLimits ?? new())];

    private static (string Bound, int Value)[] Bounds(LimitsConfig limits) =>
    [
        ("max_connections", limits.MaxConnections), ("max_pending_requests", limits.MaxPendingRequests), ("max_requests", limits.MaxRequests),
        ("max_retries", limits.MaxRetries),
    ];

    private static void WriteJson(Utf8JsonWriter json, IAdminState state)
    {
        json.WriteStartArray("cluster_statuses");
        foreach (var cluster in state.Clusters())
        {
            json.WriteStartObject();
            json.WriteString("name", cluster.Name);
            json.WriteBoolean("added_via_api", cluster.Dynamic);
            json.WriteStartObject("circuit_breakers");
            json.WriteStartArray("thresholds");
            foreach (var (priority, limits) in Priorities(cluster))
            {
                json.WriteStartObject();
                json.WriteString("priority", priority);
                foreach (var (bound, value) in Bounds(limits)) json.WriteNumber(bound, value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("host_statuses");
            foreach (var endpoint in cluster.Endpoints) WriteEndpoint(json, endpoint, state);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEndpoint(Utf8JsonWriter json, EndpointRow endpoint, IAdminState state)
    {
        json.WriteStartObject();
        JsonBody.Address(json, "address", endpoint.Address);
        json.WriteStartArray("stats");
        foreach (var (figure, value, isGauge) in Values(endpoint, state))
        {
            json.WriteStartObject();
            json.WriteString("name", figure);
            json.WriteString("value", value.ToString(CultureInfo.InvariantCulture)); // 64-bit numbers are texts in protobuf's JSON
            if (isGauge) json.WriteString("type", "GAUGE");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("health_status");
        HealthText.Write(json, endpoint.Health);
        json.WriteEndObject();
        json.WriteNumber("weight", endpoint.Weight);
        if (endpoint.Hostname.Length > 0) json.WriteString("hostname", endpoint.Hostname);
        WritePlace(json, endpoint.Place);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, PlaceConfig place)
    {
        if (place.Priority > 0) json.WriteNumber("priority", place.Priority);
        if (place.Locality == LocalityConfig.None) return;
        json.WriteStartObject("locality");
        if (place.Locality.Region.Length > 0) json.WriteString("region", place.Locality.Region);
        if (place.Locality.Zone.Length > 0) json.WriteString("zone", place.Locality.Zone);
        if (place.Locality.SubZone.Length > 0) json.WriteString("sub_zone", place.Locality.SubZone);
        json.WriteEndObject();
    }

    private static IEnumerable<(string Name, long Value, bool IsGauge)> Values(EndpointRow endpoint, IAdminState state) =>
        Figures.Select(f => (f.Name, endpoint.Stats is { } stats ? state.Metrics.Value(f.Series(stats)) : 0, f.IsGauge));
}
