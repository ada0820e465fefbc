using Meltemi.ControlPlane.Services;
using Meltemi.Resources.Istio;
using Setting = Meltemi.Resources.Istio.LocalityLoadBalancerSetting;

namespace Meltemi.ControlPlane.Translation.Endpoints;

/// <summary>
/// How the clients of one place share their requests between the places of a service. Failing over needs outlier detection, since without it nobody knows
/// that a place is down; with it, and nothing else said, the nearer places come first, as with Istio. Without: all places alike.
/// </summary>
/// <param name="Setting">What the DestinationRule says; null: nothing.</param>
/// <param name="FailsOver">There is outlier detection.</param>
/// <param name="From">Where the clients are.</param>
/// <param name="Labels">Their labels, for <c>failoverPriority</c>.</param>
internal sealed record LocalityPolicy(Setting? Setting, bool FailsOver, Locality From, LabelSet Labels)
{
    private const string Topology = "topology.kubernetes.io/";

    private static readonly Setting ByDefault = new();

    /// <summary>All places alike.</summary>
    public static LocalityPolicy None { get; } = new(null, false, Locality.None, LabelSet.Empty);

    /// <summary>
    /// The policy of a cluster, reduced to what it depends on: <see cref="None"/> if it says nothing, so that clients in different places share the result.
    /// </summary>
    public static LocalityPolicy Of(LoadBalancerSettings? balancer, OutlierDetection? outliers, Locality from, LabelSet labels)
    {
        var setting = balancer?.LocalityLbSetting ?? ByDefault;
        if (setting.Enabled == false || (setting.Distribute.Count == 0 && outliers is null)) return None;
        if (setting is { Distribute.Count: 0, FailoverPriority.Count: 0 } && from == Locality.None) return None; // nobody knows what is near
        var needed = setting.FailoverPriority.Count == 0
            ? LabelSet.Empty
            : LabelSet.From(labels.Pairs.ToArray().Where(label => setting.FailoverPriority.Any(key => KeyOf(key) == label.Key)));
        return new(setting, outliers is not null, from, needed);
    }

    /// <summary>The share of a place in percent; null: nothing is said about shares here; 0: none.</summary>
    public uint? ShareOf(Locality place)
    {
        foreach (var distribute in Setting?.Distribute ?? [])
        {
            if (!Covers(distribute.From, From)) continue;
            foreach (var (to, percent) in distribute.To.OrderByDescending(share => share.Key.Length))
                if (Covers(to, place))
                    return percent;
            return 0;
        }

        return null;
    }

    /// <summary>The shares that this client's place has, as written; empty: none are given.</summary>
    public string? ShareNameOf(Locality place)
    {
        foreach (var distribute in Setting?.Distribute ?? [])
            if (Covers(distribute.From, From))
                return distribute.To.Keys.OrderByDescending(to => to.Length).FirstOrDefault(to => Covers(to, place));
        return null;
    }

    /// <summary>How far an endpoint is: 0 the nearest. Not yet without gaps.</summary>
    public uint DistanceOf(ServiceEndpoint endpoint)
    {
        if (!FailsOver || Setting is null || Setting.Distribute.Count > 0) return 0;
        if (Setting.FailoverPriority.Count > 0) return DistanceByLabels(endpoint);
        var place = endpoint.Locality;
        if (place.Region == From.Region)
            return place.Zone != From.Zone ? 2u : place.SubZone != From.SubZone ? 1u : 0u;
        return Setting.Failover.Any(failover => failover.From == From.Region && failover.To == place.Region) ? 3u : 4u;
    }

    private uint DistanceByLabels(ServiceEndpoint endpoint)
    {
        var keys = Setting!.FailoverPriority;
        for (var i = 0; i < keys.Count; i++)
        {
            var key = KeyOf(keys[i]);
            var wanted = ValueOf(keys[i]) ?? LabelOf(key, Labels, From);
            if (LabelOf(key, endpoint.Labels, endpoint.Locality) != wanted) return (uint)(keys.Count - i);
        }

        return 0;
    }

    // Clients and endpoints need not carry their place as labels too.
    private static string? LabelOf(string key, LabelSet labels, Locality place) => labels[key] ?? key switch
    {
        Topology + "region" => place.Region,
        Topology + "zone" => place.Zone,
        "topology.istio.io/subzone" => place.SubZone,
        _ => null,
    };

    // A key, or key=value for endpoints that have the label whatever the client has.
    private static string KeyOf(string text) => text.Split('=', 2)[0];

    private static string? ValueOf(string text) => text.Contains('=', StringComparison.Ordinal) ? text.Split('=', 2)[1] : null;

    // region, region/*, region/zone/*, region/zone/subzone, *.
    private static bool Covers(string pattern, Locality place)
    {
        if (pattern == "*") return true;
        var parts = pattern.Split('/');
        string[] of = [place.Region, place.Zone, place.SubZone];
        for (var i = 0; i < Math.Min(parts.Length, of.Length); i++)
        {
            if (parts[i] == "*") return true;
            if (parts[i] != of[i]) return false;
        }

        return true;
    }
}
