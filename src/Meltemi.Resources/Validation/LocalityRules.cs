using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Places, <c>region/zone/subzone</c>, and which of them are preferred.</summary>
internal static class LocalityRules
{
    /// <summary>What is wrong with a place; null: nothing.</summary>
    public static string? Complaint(string place, bool wildcard)
    {
        var parts = place.Split('/');
        if (parts.Any(part => part.Length == 0)) return "a part of it is empty; it is region, region/zone or region/zone/subzone";
        if (parts.Length > 3) return "it has more parts than region/zone/subzone";
        var star = Array.FindIndex(parts, part => part.Contains('*', StringComparison.Ordinal));
        if (star < 0) return null;
        if (!wildcard) return "a * is not allowed here";
        return star == parts.Length - 1 && parts[star] == "*" ? null : "a * can only be the whole last part";
    }

    public static void Check(LocalityLoadBalancerSetting? setting, bool hasOutlierDetection, FieldPath field)
    {
        if (setting is null) return;
        if (setting.Distribute.Count > 0 && setting.Failover.Count + setting.FailoverPriority.Count > 0)
            field.Error("'distribute' excludes 'failover' and 'failoverPriority'");
        var from = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < setting.Distribute.Count; i++)
        {
            CheckDistribute(setting.Distribute[i], field["distribute"][i]);
            if (!from.Add(setting.Distribute[i].From))
                field["distribute"][i]["from"].Error($"'{setting.Distribute[i].From}' is there twice");
        }

        for (var i = 0; i < setting.Failover.Count; i++) CheckFailover(setting.Failover[i], field["failover"][i]);
        if ((setting.Failover.Count > 0 || setting.FailoverPriority.Count > 0) && !hasOutlierDetection)
            field.Warning("without outlierDetection no endpoint is ever found bad, and traffic stays where it is");
    }

    private static void CheckDistribute(LocalityLoadBalancerSetting.Types.Distribute distribute, FieldPath field)
    {
        field["from"].ErrorIf($"'{distribute.From}' is not a place", Complaint(distribute.From, wildcard: true));
        foreach (var (place, share) in distribute.To)
        {
            field["to"].Entry(place).ErrorIf($"'{place}' is not a place", Complaint(place, wildcard: true));
            if (share is 0 or > 100) field["to"].Entry(place).Error($"must be from 1 to 100, not {share}");
        }

        var sum = distribute.To.Sum(to => (long)to.Value);
        if (sum != 100 && !field["to"].IsWrong) field["to"].Error($"the shares sum up to {sum}, not to 100");
    }

    private static void CheckFailover(LocalityLoadBalancerSetting.Types.Failover failover, FieldPath field)
    {
        if (failover.From == failover.To) field.Error($"'from' and 'to' are the same region '{failover.From}'");
        foreach (var (name, region) in new[] { ("from", failover.From), ("to", failover.To) })
        {
            if (region.Length == 0 || region.AsSpan().ContainsAny('/', '*'))
                field[name].Error($"'{region}' is not a region: give its name only");
        }
    }
}
