using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic.Saving;

/// <summary>What a proxy accepted in its last life.</summary>
public static class SavedResources
{
    /// <summary>Reads it; nothing if there is none, or it cannot be used, which the log says.</summary>
    public static IReadOnlyList<(string Source, XdsResource Resource)> Load(string path, string nodeId, DateTimeOffset now, Log log)
    {
        var state = StateFile.Load(path, out var complaint);
        if (state is not null && state.NodeId != nodeId) complaint = $"it belongs to the proxy '{state.NodeId}'";
        if (complaint is not null) log.Warning($"the saved configuration {path} is ignored: {complaint}");
        if (state is null || complaint is not null || state.Entries.Count == 0) return [];
        var age = now - state.Saved.ToDateTimeOffset();
        log.Info($"starting with the configuration that was accepted {Text(age)} ago ({state.Entries.Count} resources), until a control plane answers");
        return [.. state.Entries.Select(entry => (entry.Source, new XdsResource(entry.Type, entry.Name, entry.Version, entry.Body)))];
    }

    // A clock that was put back makes ages that have not been.
    private static string Text(TimeSpan age) => age switch
    {
        { Ticks: < 0 } => "less than a second",
        { TotalMinutes: < 2 } => $"{age.TotalSeconds:0} s",
        { TotalHours: < 2 } => $"{age.TotalMinutes:0} minutes",
        { TotalDays: < 2 } => $"{age.TotalHours:0} hours",
        _ => $"{age.TotalDays:0} days",
    };
}
