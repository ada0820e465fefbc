using System.Collections.Immutable;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Collects the routes of a table and reports those that cannot do what they seem to say.</summary>
internal sealed class RouteTableBuilder(string name, CodecInfo? codec, TranslationContext context)
{
    private readonly ImmutableArray<RouteConfig>.Builder _routes = ImmutableArray.CreateBuilder<RouteConfig>();
    private string? _catchAll;

    /// <summary>Adds a route, after those that come before it.</summary>
    /// <param name="matchPath">Path of the list of conditions.</param>
    public void Add(RouteConfig route, string path, string matchPath)
    {
        if (_catchAll is { } earlier)
        {
            var line = context.Problems.Locate(earlier).Line;
            context.Problems.Warning(path, $"never reached: the route {(line > 0 ? $"in line {line}" : earlier)} matches everything");
        }
        else if (route.Match.IsEmpty)
        {
            _catchAll = path;
        }

        if (codec is not null)
        {
            CheckAttributes(codec, route, path, matchPath);
            CheckMutations(codec, route, path);
            if (!route.Mirrors.IsEmpty && codec.PoolMode == PoolMode.Bound)
                context.Problems.Error(path, $"requests of the protocol '{codec.Name}' cannot be mirrored: each client has an upstream connection of its own");
        }

        _routes.Add(route);
    }

    /// <summary>The table.</summary>
    public RouteTableConfig Build(string path)
    {
        if (_routes.Count == 0) context.Problems.Warning(path, "there are no routes: every request is answered with NR");
        return new RouteTableConfig { Name = name, Routes = _routes.ToImmutable() };
    }

    private void CheckAttributes(CodecInfo codec, RouteConfig route, string path, string matchPath)
    {
        for (var i = 0; i < route.Match.Length; i++) AttributeNames.Check(codec, route.Match[i].Attribute, context, $"{matchPath}[{i}].name");
        foreach (var policy in route.HashPolicies)
        {
            if (policy.Attribute is { } attribute) AttributeNames.Check(codec, attribute, context, $"{path}.route.hash_policy");
        }

        if (route.SplitAttribute is { } split) AttributeNames.Check(codec, split, context, $"{path}.route.weighted_clusters.header_name");
        foreach (var match in route.Fault?.Match ?? [])
            AttributeNames.Check(codec, match.Attribute, context, $"{path}.typed_per_filter_config");
        foreach (var attribute in route.LocalRateLimit?.WantedKeys.Distinct() ?? [])
            AttributeNames.Check(codec, attribute, context, $"{path}.typed_per_filter_config");
    }

    private void CheckMutations(CodecInfo codec, RouteConfig route, string path)
    {
        var requests = route.RequestMutations.Select(change => codec.WhyFixed(change.Key, Origin.Client));
        var answers = route.ResponseMutations.Select(change => codec.WhyFixed(change.Key, Origin.Server));
        foreach (var complaint in requests.Concat(answers).OfType<string>().Distinct()) context.Problems.Error(path, complaint);
        if (Math.Max(route.RequestMutations.Length, route.ResponseMutations.Length) > Mutation.MaxChanges)
            context.Problems.Error(path, $"more than {Mutation.MaxChanges} changes");
    }
}
