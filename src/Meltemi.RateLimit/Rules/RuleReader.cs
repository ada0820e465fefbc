using System.Collections.Immutable;
using Meltemi.Xds.Reading;
using Ratelimit.Config.Ratelimit.V3;

namespace Meltemi.RateLimit.Rules;

/// <summary>
/// Reads the limits of a domain from YAML in the form of envoyproxy/ratelimit, and names everything that is wrong. What is unknown is an error: a limit
/// whose name is misspelt would be none.
/// </summary>
public static class RuleReader
{
    private const string Type = "ratelimit.config.ratelimit.v3.RateLimitConfig";

    /// <summary>Reads a text.</summary>
    /// <param name="slidingByDefault">What a limit is that does not say.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The domain and its tree, to be used if there are no errors.</returns>
    internal static (string Domain, RuleNode Root) Read(string text, bool slidingByDefault, ProblemList problems)
    {
        var config = ResourceReader.Read(text, Type, RateLimitConfig.Parser, problems);
        foreach (var unknown in problems.ToSorted().Where(problem => problem.IsUnknownField))
            problems.Error(unknown.Path, unknown.Mark, unknown.Message.Replace("is not implemented, ignored", "is unknown", StringComparison.Ordinal));
        var root = new RuleNode();
        Add(root, config.Descriptors, [], "descriptors");
        return (config.Domain, root);

        void Add(RuleNode parent, IReadOnlyList<RateLimitDescriptor> descriptors, ImmutableArray<string> keys, string path)
        {
            for (var i = 0; i < descriptors.Count; i++)
            {
                var (descriptor, place) = (descriptors[i], $"{path}[{i}]");
                var ownKeys = keys.Add(descriptor.Value.Length == 0 ? descriptor.Key : $"{descriptor.Key}_{descriptor.Value}");
                var node = new RuleNode { Rule = Translate(descriptor, ownKeys, slidingByDefault, problems, place) };
                if (!parent.TryAdd(descriptor.Key, descriptor.Value, node) && descriptor.Key.Length > 0)
                    problems.Error(place, $"there is another descriptor with key '{descriptor.Key}' and {Value(descriptor)} in this list");
                Add(node, descriptor.Descriptors, ownKeys, $"{place}.descriptors");
            }
        }

        static string Value(RateLimitDescriptor descriptor) => descriptor.Value.Length > 0 ? $"value '{descriptor.Value}'" : "no value";
    }

    private static LimitRule? Translate(
        RateLimitDescriptor descriptor, ImmutableArray<string> keys, bool slidingByDefault, ProblemList problems, string place)
    {
        if (descriptor.RateLimit is not { } policy)
        {
            if (descriptor.Descriptors.Count == 0) problems.Warning(place, "limits nothing: there is neither a rate_limit nor descriptors below");
            if (descriptor.ShadowMode) problems.Warning($"{place}.shadow_mode", "no effect without a rate_limit");
            return null;
        }

        var path = $"{place}.rate_limit";
        if (policy.Unlimited && (policy.HasRequestsPerUnit || policy.Unit != RateLimitUnit.Unknown))
            problems.Error(path, "'unlimited' excludes unit and requests_per_unit");
        if (!policy.Unlimited && policy.Unit == RateLimitUnit.Unknown)
            problems.Error($"{path}.unit", "'unit' is missing: one of second, minute, hour, day, week, month, year");
        if (!policy.Unlimited && !policy.HasRequestsPerUnit)
            problems.Error($"{path}.requests_per_unit", "'requests_per_unit' is missing; 0 refuses everything");
        for (var i = 0; i < policy.Replaces.Count; i++)
        {
            if (policy.Replaces[i].Name == policy.Name && policy.Name.Length > 0)
                problems.Error($"{path}.replaces[{i}].name", $"'{policy.Name}' is the limit's own name");
        }

        return new LimitRule
        {
            Unit = policy.Unit,
            RequestsPerUnit = policy.RequestsPerUnit,
            Unlimited = policy.Unlimited,
            Sliding = policy.Window == RateLimitWindow.Unspecified ? slidingByDefault : policy.Window == RateLimitWindow.Sliding,
            ShadowMode = descriptor.ShadowMode,
            DetailedMetric = descriptor.DetailedMetric,
            Name = policy.Name,
            Replaces = [.. policy.Replaces.Select(replaced => replaced.Name)],
            Path = keys,
        };
    }
}
