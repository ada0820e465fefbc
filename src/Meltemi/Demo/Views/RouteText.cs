using Meltemi.Proxy.Config;

namespace Meltemi.Program.Demo.Views;

/// <summary>Routes for people.</summary>
internal static class RouteText
{
    /// <summary>One route a line, such as <c>user = jason -> dubbo-v2</c>.</summary>
    public static IEnumerable<string> Lines(string service, DemoRules rules) =>
        DemoConfig.Routes(service, rules).Select((route, index) => $"{Conditions(route, index)} -> {Targets(route)}");

    /// <summary>All routes in a line.</summary>
    public static string OneLine(string service, DemoRules rules) =>
        string.Join("; ", Lines(service, rules)).Replace($"{service}-", "", StringComparison.Ordinal);

    private static string Conditions(RouteConfig route, int index) => route.Match.IsEmpty
        ? index == 0 ? "all calls" : "all others"
        : string.Join(" and ", route.Match.Select(match => $"{match.Attribute} = {((ExactMatch)match.Value).Value}"));

    private static string Targets(RouteConfig route) => route.Clusters.Length == 1
        ? route.Clusters[0].Name
        : string.Join(", ", route.Clusters.Select(cluster => $"{cluster.Name} {cluster.Weight} %"));
}
