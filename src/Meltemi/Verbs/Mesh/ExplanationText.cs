using System.Text.Json.Nodes;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing.Explaining;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary>An explanation of routing, line by line.</summary>
internal static class ExplanationText
{
    // What a cluster is; all else that it says is a policy.
    private static readonly string[] NoPolicies =
        ["@type", "name", "altStatName", "type", "lbPolicy", "connectTimeout", "edsClusterConfig", "loadAssignment", "metadata", "transportSocket"];

    public static void Write(RouteExplanation explanation, TextWriter output)
    {
        foreach (var step in explanation.Steps)
        {
            var name = step.Route.Name.Length > 0 ? $" '{step.Route.Name}'" : "";
            output.WriteLine($"route {step.Position + 1}{name}: {Outcome(step.Outcome)}");
            foreach (var condition in step.Conditions)
                output.WriteLine($"  {(condition.Holds ? "holds" : "FAILS")}: {condition.Wanted}; the request has {(condition.Found is null ? "none" : $"'{condition.Found}'")}");
        }

        if (explanation.Result is not { } result)
        {
            output.WriteLine("no route matches: the request is answered with NR");
            return;
        }

        var route = result.Route;
        if (route.Timeout is { } timeout) output.WriteLine(timeout == TimeSpan.Zero ? "no time limit" : $"time limit {timeout.TotalSeconds} s");
        foreach (var hash in result.Hashes)
            output.WriteLine($"hashes {hash.Policy.Attribute ?? "the client's address"}{(hash.Counts ? "" : ", which does not count: the request does not have it")}");
        if (route.SplitsByHash) output.WriteLine($"shares by this hash: {(result.Chosen is { } hashed ? $"the request goes to {hashed}" : "requests that hash alike go to one cluster")}");
        if (route.SplitAttribute is { } split)
            output.WriteLine($"shares by the number in {split}: {(result.Chosen is { } chosen ? $"the request goes to {chosen}" : "the request has none, so by chance")}");
        foreach (var mirror in route.Mirrors) output.WriteLine($"copies {mirror.Share} of the requests to cluster {mirror.Cluster}");
        foreach (var line in route.Fault is { } fault ? FaultText.Of(fault) : []) output.WriteLine(line);
        foreach (var line in route.LocalRateLimit is { } limit ? LimitText.Of(limit) : []) output.WriteLine(line);
        foreach (var line in route.Retry is { } retry ? RetryText.Of(retry) : []) output.WriteLine(line);
        if (route.HighPriority) output.WriteLine("counts against the clusters' limits of high priority");
        foreach (var change in route.RequestMutations) output.WriteLine($"changes the request: {Text(change)}");
        foreach (var change in route.ResponseMutations) output.WriteLine($"changes the answer: {Text(change)}");
    }

    /// <summary>What is in force for a cluster, in protobuf's JSON form.</summary>
    public static IEnumerable<string> Policies(JsonObject cluster)
    {
        yield return $"balancer {Balancer(cluster)}, connect timeout {cluster["connectTimeout"] ?? "5s"}";
        foreach (var (name, policy) in cluster)
        {
            if (policy is not null && !NoPolicies.Contains(name) && WithoutEndless(policy) is { } text) yield return $"{name} {text}";
        }
    }

    private static string Balancer(JsonObject cluster) => $"{cluster["type"]}" == "ORIGINAL_DST"
        ? "none: a request goes where its client wanted to go before a firewall redirected it"
        : $"{cluster["lbPolicy"] ?? "ROUND_ROBIN"}";

    // The largest number is how Istio says that there is no limit.
    private static string? WithoutEndless(JsonNode policy)
    {
        if (policy is JsonValue) return $"{policy}";
        var limits = (policy as JsonObject)?["thresholds"]?[0]?.AsObject().Where(limit => $"{limit.Value}" != $"{uint.MaxValue}").Select(limit => $"{limit.Key} {limit.Value}").ToArray();
        return limits is null ? policy.ToJsonString() : limits.Length == 0 ? null : string.Join(", ", limits);
    }

    private static string Text(MutationConfig change) => change.Kind switch
    {
        ChangeKind.Add => $"{change.Key} is set to '{change.Value}' if it is missing",
        ChangeKind.Replace => $"{change.Key} is set to '{change.Value}' if it is there",
        ChangeKind.Remove => $"{change.Key} is removed",
        _ => $"{change.Key} is set to '{change.Value}'",
    };

    private static string Outcome(RouteOutcome outcome) => outcome switch
    {
        RouteOutcome.Taken => "taken",
        RouteOutcome.TooLate => "would match, but an earlier one is taken",
        _ => "does not match",
    };
}
