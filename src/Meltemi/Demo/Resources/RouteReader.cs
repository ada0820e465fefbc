using Meltemi.ControlPlane.Translation;
using Meltemi.Proxy.Config;

namespace Meltemi.Program.Demo.Resources;

/// <summary>Understands routes as a proxy runs them.</summary>
internal static class RouteReader
{
    /// <summary>The rules that they come from; null: others than those that the demo can judge.</summary>
    public static DemoRules? Rules(RouteTableConfig? table)
    {
        if (table is null) return null;
        var routes = table.Routes;
        var jason = routes is [{ Match: [{ Attribute: "user", Invert: false, Value: ExactMatch { Value: DemoRules.Jason, IgnoreCase: false } }] } first, ..]
            && PercentV2(first) == 100;
        return (jason ? routes[1..] : routes) is [{ Match.IsEmpty: true } canary, ..] && PercentV2(canary) is { } percent
            ? new(percent, jason)
            : null;
    }

    /// <summary>One route a line, such as <c>user = jason -> v2</c>.</summary>
    public static IEnumerable<string> Lines(RouteTableConfig? table) =>
        table is null ? ["none"] : table.Routes.Select((route, index) => $"{Conditions(route, index)} -> {Targets(route)}");

    private static int? PercentV2(RouteConfig route)
    {
        ulong all = 0, v2 = 0;
        foreach (var (name, weight) in route.Clusters)
        {
            if (weight == 0) continue;
            var subset = Subset(name);
            if (subset is not ("v1" or "v2")) return null;
            all += weight;
            if (subset == "v2") v2 += weight;
        }

        return all > 0 && v2 * 100 % all == 0 ? (int)(v2 * 100 / all) : null;
    }

    private static string Conditions(RouteConfig route, int index) => route.Match.IsEmpty
        ? index == 0 ? "all calls" : "all others"
        : string.Join(" and ", route.Match.Select(Condition));

    private static string Condition(AttributeMatch match) => $"{match.Attribute} {(match.Invert ? "not " : "")}{Value(match.Value)}";

    private static string Value(ValueMatch value) => value switch
    {
        ExactMatch exact => $"= {exact.Value}",
        PrefixMatch prefix => $"= {prefix.Value}*",
        SuffixMatch suffix => $"= *{suffix.Value}",
        ContainsMatch contains => $"= *{contains.Value}*",
        RegexMatch regex => $"~ {regex.Pattern}",
        RangeMatch range => $"in [{range.Start}, {range.End})",
        PresentMatch present => present.Present ? "present" : "absent",
        _ => "?",
    };

    private static string Targets(RouteConfig route)
    {
        if (route.Clusters is [var only]) return Subset(only.Name);
        var all = route.Clusters.Sum(cluster => (double)cluster.Weight);
        return string.Join(", ", route.Clusters.Select(cluster => FormattableString.Invariant($"{Subset(cluster.Name)} {100 * cluster.Weight / all:0.##} %")));
    }

    private static string Subset(string cluster) =>
        !ClusterRef.TryParse(cluster, out var parsed) ? cluster : parsed.Subset.Length > 0 ? parsed.Subset : parsed.Host;
}
