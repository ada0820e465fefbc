using System.Globalization;
using System.Text;
using Meltemi.Proxy.Admin.Http;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>The proxy as a whole.</summary>
internal static class ServerPages
{
    public static HttpResponse Ready(IAdminState state) =>
        HttpResponse.Text(Name(state.State) + "\n", state.State == ServerState.Live ? 200 : 503);

    public static HttpResponse ConfigDump(IAdminState state) => HttpResponse.Json(Encoding.UTF8.GetBytes(state.ConfigDump()));

    public static HttpResponse Drain(IAdminState state)
    {
        state.DrainListeners();
        return HttpResponse.Text("OK\n");
    }

    public static HttpResponse Info(IAdminState state) => JsonBody.Write(json =>
    {
        var uptime = ((long)(DateTimeOffset.UtcNow - state.Started).TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s";
        json.WriteString("version", state.Version);
        json.WriteString("state", Name(state.State));
        json.WriteString("uptime_current_epoch", uptime);
        json.WriteString("uptime_all_epochs", uptime);
        json.WriteString("hot_restart_version", "disabled");
        json.WriteStartObject("command_line_options");
        foreach (var (name, value) in state.Options) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartObject("node");
        json.WriteString("id", state.Node.Id);
        json.WriteString("cluster", state.Node.Cluster);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in state.Node.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static HttpResponse Memory() => JsonBody.Write(json =>
    {
        var collector = GC.GetGCMemoryInfo();
        json.WriteNumber("allocated", GC.GetTotalMemory(forceFullCollection: false));
        json.WriteNumber("heap_size", collector.TotalCommittedBytes);
        json.WriteNumber("fragmented", collector.FragmentedBytes);
        json.WriteNumber("resident", Environment.WorkingSet);
        json.WriteNumber("total_allocated", GC.GetTotalAllocatedBytes());
        json.WriteNumber("collections", GC.CollectionCount(0));
        json.WriteNumber("collections_gen2", GC.CollectionCount(2));
        json.WriteNumber("pause_milliseconds", GC.GetTotalPauseDuration().TotalMilliseconds);
    });

    private static string Name(ServerState state) => state switch
    {
        ServerState.Live => "LIVE",
        ServerState.Draining => "DRAINING",
        ServerState.PreInitializing => "PRE_INITIALIZING",
        _ => "INITIALIZING",
    };
}
