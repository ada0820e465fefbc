namespace Meltemi.ControlPlane.Services;

/// <summary>Where something runs: <c>region/zone/subzone</c>, each part may be empty.</summary>
public sealed record Locality(string Region, string Zone, string SubZone)
{
    /// <summary>Unknown.</summary>
    public static Locality None { get; } = new("", "", "");

    /// <summary>Reads <c>region/zone/subzone</c>; what is missing is empty.</summary>
    public static Locality Parse(string text)
    {
        if (text.Length == 0) return None;
        var parts = text.Split('/', 3);
        return new(parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
    }

    /// <summary>As it is written in resources.</summary>
    public override string ToString() =>
        SubZone.Length > 0 ? $"{Region}/{Zone}/{SubZone}" : Zone.Length > 0 ? $"{Region}/{Zone}" : Region;
}
