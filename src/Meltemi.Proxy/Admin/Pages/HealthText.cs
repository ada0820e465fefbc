using System.Text.Json;
using Meltemi.Proxy.Balancing;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>The health of endpoints in Envoy's words; what it has no word for has one of ours.</summary>
internal static class HealthText
{
    private static readonly (HealthFlags Flag, string Text)[] Texts =
    [
        (HealthFlags.FailedCheck, "/failed_active_hc"),
        (HealthFlags.Ejected, "/failed_outlier_check"),
        (HealthFlags.ToldUnhealthy, "/failed_eds_health"),
        (HealthFlags.ToldDraining, "/eds_status_draining"),
        (HealthFlags.WentAway, "/went_away"),
        (HealthFlags.Warming, "/warming_up"),
    ];

    /// <summary>Such as <c>healthy</c> or <c>/failed_active_hc/failed_outlier_check</c>.</summary>
    public static string Flags(HealthFlags health)
    {
        var text = string.Concat(Texts.Where(one => (health & one.Flag) != 0).Select(one => one.Text));
        return text.Length > 0 ? text : "healthy";
    }

    /// <summary>The fields of <c>envoy.admin.v3.HostHealthStatus</c>.</summary>
    public static void Write(Utf8JsonWriter json, HealthFlags health)
    {
        if ((health & HealthFlags.FailedCheck) != 0) json.WriteBoolean("failed_active_health_check", true);
        if ((health & HealthFlags.Ejected) != 0) json.WriteBoolean("failed_outlier_check", true);
        var told = (health & HealthFlags.ToldUnhealthy) != 0 ? "UNHEALTHY" : (health & HealthFlags.Leaving) != 0 ? "DRAINING" : "HEALTHY";
        json.WriteString("eds_health_status", told);
    }
}
