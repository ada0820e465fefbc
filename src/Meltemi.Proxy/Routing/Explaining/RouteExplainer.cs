using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing.Matching;

namespace Meltemi.Proxy.Routing.Explaining;

/// <summary>
/// Says what <see cref="RouteTable.Match"/> does with a request and why: every route, every condition of it with what it wants and what it found. Uses
/// the compiled conditions of the router itself, so the two cannot disagree.
/// </summary>
public static class RouteExplainer
{
    /// <summary>Explains.</summary>
    /// <param name="table">The routes.</param>
    /// <param name="attributes">The request: attribute names and values. What is not in it is missing.</param>
    /// <exception cref="ArgumentException">A broken regular expression in a condition.</exception>
    public static RouteExplanation Explain(RouteTableConfig table, IReadOnlyDictionary<string, string> attributes)
    {
        var keys = new AttributeKeys(RouteTable.WantedKeys(table));
        var (values, message) = Read(keys, attributes);
        var steps = ImmutableArray.CreateBuilder<RouteStep>(table.Routes.Length);
        RouteConfig? taken = null;
        for (var i = 0; i < table.Routes.Length; i++)
        {
            var route = table.Routes[i];
            var conditions = route.Match.Select(match => new ConditionStep(
                match, ConditionText.Of(match), attributes.GetValueOrDefault(match.Attribute), new Condition(match, keys).Holds(message, values)));
            var step = new RouteStep(i, route, [.. conditions], RouteOutcome.Refused);
            if (step.Conditions.All(condition => condition.Holds)) step = step with { Outcome = taken is null ? RouteOutcome.Taken : RouteOutcome.TooLate };
            taken ??= step.Outcome == RouteOutcome.Taken ? route : null;
            steps.Add(step);
        }

        if (taken is null) return new RouteExplanation(steps.ToImmutable(), null);
        return new RouteExplanation(steps.ToImmutable(), Result(taken, attributes) with { Chosen = Choose(taken, keys, message, values) });
    }

    private static string? Choose(RouteConfig route, AttributeKeys keys, byte[] message, AttributeValues values)
    {
        var names = route.Clusters.Select(cluster => cluster.Name).ToList();
        if (route.SplitAttribute is { } split && ulong.TryParse(Encoding.UTF8.GetString(values.Get(keys.IndexOf(split), message)), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return names[new ClusterChoice(route.Clusters, names.IndexOf).PickByNumber(number, out _)];
        if (!route.SplitsByHash || route.HashPolicies.Any(policy => policy.Attribute is null)) return null;
        if (!new HashPolicies(route.HashPolicies, keys).TryHash(message, values, null, out var hash)) return null;
        return names[new ClusterChoice(route.Clusters, names.IndexOf).PickByHash(hash, out _)];
    }

    private static RouteResult Result(RouteConfig route, IReadOnlyDictionary<string, string> attributes)
    {
        var total = route.Clusters.Sum(cluster => (double)cluster.Weight);
        var clusters = route.Clusters.Select(cluster => new ClusterShare(cluster.Name, cluster.Weight, total > 0 ? cluster.Weight / total : 0));

        // As HashPolicies does it: those whose attribute is there count, up to a terminal one; the client's address is not known here.
        var hashes = ImmutableArray.CreateBuilder<HashStep>();
        var ended = false;
        foreach (var policy in route.HashPolicies)
        {
            var found = policy.Attribute is { } attribute ? attributes.GetValueOrDefault(attribute) : null;
            var counts = !ended && (policy.Attribute is null || found is not null);
            hashes.Add(new(policy, found, counts));
            ended |= policy.Terminal && hashes.Any(hash => hash.Counts);
        }

        return new RouteResult(route, [.. clusters], hashes.ToImmutable());
    }

    private static (AttributeValues Values, byte[] Message) Read(AttributeKeys keys, IReadOnlyDictionary<string, string> attributes)
    {
        var values = new AttributeValues();
        values.Reset(keys);
        var message = new List<byte>();
        foreach (var (name, value) in attributes)
        {
            var utf8 = Encoding.UTF8.GetBytes(value);
            values.SetRange(keys.IndexOf(name), message.Count, utf8.Length);
            message.AddRange(utf8);
        }

        return (values, [.. message]);
    }
}
