using System.Text.Json.Nodes;
using Meltemi.Program.Output;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary>xDS resources in protobuf's JSON form as rows of a table.</summary>
internal static class ConfigTables
{
    private static readonly string[] LocalityParts = ["region", "zone", "subZone"];

    public static TextTable Create(string type) => type switch
    {
        "listeners" => new("LISTENER", "ADDRESS", "PROTOCOL", "ROUTES"),
        "routes" => new("ROUTES", "ROUTE", "MATCH", "CLUSTERS"),
        "clusters" => new("CLUSTER", "TYPE", "BALANCER"),
        _ => new("CLUSTER", "ENDPOINT", "WEIGHT", "LOCALITY", "HEALTH"),
    };

    public static void Add(TextTable table, string type, JsonObject resource)
    {
        switch (type)
        {
            case "listeners":
                AddListener(table, resource);
                break;
            case "routes":
                AddRoutes(table, resource);
                break;
            case "clusters":
                table.Add($"{resource["name"]}", $"{resource["type"] ?? "STATIC"}", $"{resource["lbPolicy"] ?? "ROUND_ROBIN"}");
                break;
            default:
                AddEndpoints(table, resource);
                break;
        }
    }

    private static void AddListener(TextTable table, JsonObject listener)
    {
        var filter = listener["filterChains"]?[0]?["filters"]?.AsArray().LastOrDefault()?["typedConfig"];
        var protocol = filter?["protocol"]?["name"] ?? filter?["applicationProtocol"] ?? (filter?["cluster"] is null && filter?["weightedClusters"] is null ? "" : "tcp");
        var routes = filter?["rds"]?["routeConfigName"] ?? filter?["cluster"] ?? "";
        table.Add($"{listener["name"]}", Address(listener["address"]), listener["apiListener"] is null ? $"{protocol}" : "grpc", $"{routes}");
    }

    private static void AddRoutes(TextTable table, JsonObject config)
    {
        foreach (var host in config["virtualHosts"]?.AsArray() ?? [])
        {
            foreach (var route in host!["routes"]?.AsArray() ?? [])
                table.Add($"{config["name"]}", $"{route!["name"]}", Match(route["match"]), Clusters(route["route"]));
        }
    }

    private static void AddEndpoints(TextTable table, JsonObject assignment)
    {
        foreach (var group in assignment["endpoints"]?.AsArray() ?? [])
        {
            var locality = string.Join('/', LocalityParts.Select(part => group!["locality"]?[part]?.ToString()).OfType<string>());
            foreach (var endpoint in group!["lbEndpoints"]?.AsArray() ?? [])
            {
                table.Add(
                    $"{assignment["clusterName"]}", Address(endpoint!["endpoint"]?["address"]), $"{endpoint["loadBalancingWeight"] ?? 1}", locality,
                    $"{endpoint["healthStatus"] ?? "HEALTHY"}");
            }
        }
    }

    private static string Address(JsonNode? address) => address?["socketAddress"] is { } socket ? $"{socket["address"]}:{socket["portValue"]}" : $"{address?["pipe"]?["path"]}";

    private static string Clusters(JsonNode? action)
    {
        if (action?["weightedClusters"]?["clusters"] is not JsonArray clusters) return $"{action?["cluster"]}";
        return string.Join(", ", clusters.Select(cluster => $"{cluster!["name"]} {cluster["weight"] ?? 0}"));
    }

    private static string Match(JsonNode? match)
    {
        if (match?["headers"] is not JsonArray headers) return "(all)";
        return string.Join(" and ", headers.Select(header => Condition(header!.AsObject())));
    }

    private static string Condition(JsonObject header)
    {
        var not = header["invertMatch"]?.GetValue<bool>() == true ? "not " : "";
        var (how, value) = header.FirstOrDefault(field => field.Key.EndsWith("Match", StringComparison.Ordinal) && field.Key != "invertMatch");
        if (value is JsonObject text) (how, value) = text.FirstOrDefault(field => field.Key != "ignoreCase");
        var word = how?.Replace("Match", "", StringComparison.Ordinal) ?? "present";
        return value is JsonObject inner ? $"{not}{header["name"]} {word} {inner["regex"] ?? inner.ToJsonString()}" : $"{not}{header["name"]} {word} {value}";
    }
}
