using System.Collections.Immutable;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.Faults;
using Meltemi.Proxy.Routing.Templates;
using Meltemi.Proxy.Telemetry.AccessLog;

namespace Meltemi.Proxy.Routing;

/// <summary>
/// The compiled routes of a listener: the first one that matches wins, in the order of the configuration. Thousands of routes with exact
/// conditions cost about one look-up (<see cref="RouteIndex"/>). Immutable, shared by all loops; matching allocates nothing.
/// </summary>
public sealed class RouteTable
{
    private readonly Route[] _routes;
    private readonly RouteIndex? _index;

    private RouteTable(Route[] routes, ImmutableArray<string> clusterNames, RouteIndex? index)
    {
        _routes = routes;
        _index = index;
        ClusterNames = clusterNames;
    }

    /// <summary>Distinct names of all clusters that the routes name, also of those with weight 0 and of mirrors.</summary>
    public ImmutableArray<string> ClusterNames { get; }

    /// <summary>The routes in order.</summary>
    public ReadOnlySpan<Route> Routes => _routes;

    /// <summary>Names of the attributes that matching, hashing, limits, faults, retries and changes look at; may repeat.</summary>
    public static IEnumerable<string> WantedKeys(RouteTableConfig config) => config.Routes.SelectMany(route =>
        route.Match.Concat(route.Retry?.Attributes ?? []).Select(match => match.Attribute)
            .Concat(route.HashPolicies.Select(policy => policy.Attribute).OfType<string>())
            .Concat(route.SplitAttribute is { } split ? [split] : [])
            .Concat(route.LocalRateLimit?.WantedKeys ?? [])
            .Concat(FaultPolicy.WantedKeys(route.Fault))
            .Concat(TemplateKeys(route)));

    private static IEnumerable<string> TemplateKeys(RouteConfig route)
    {
        var keys = new AccessLogKeys();
        foreach (var change in route.RequestMutations.Concat(route.ResponseMutations)) _ = new ChangeTemplate(change, keys);
        return keys.Request.Concat(keys.Response);
    }

    /// <summary>Compiles a table for messages whose values are read with <paramref name="keys"/>.</summary>
    /// <param name="config">The routes.</param>
    /// <param name="keys">Has all of <see cref="WantedKeys"/>; a condition on another attribute sees it missing.</param>
    /// <exception cref="ArgumentException">A broken regular expression, or a route without a cluster of weight above 0.</exception>
    public static RouteTable Compile(RouteTableConfig config, AttributeKeys keys)
    {
        var names = config.Routes
            .SelectMany(route => route.Clusters.Select(cluster => cluster.Name).Concat(route.Mirrors.Select(mirror => mirror.Cluster)))
            .Distinct().ToImmutableArray();
        var indexes = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var routes = config.Routes.Select((route, i) => new Route(route, i, keys, name => indexes[name])).ToArray();
        return new(routes, names, RouteIndexBuilder.Build(config.Routes, keys));
    }

    /// <summary>The first route that the message matches; null if there is none.</summary>
    public Route? Match(ReadOnlySpan<byte> message, AttributeValues values) =>
        _index is null ? Scan(message, values) : _index.Match(_routes, message, values);

    /// <summary>What <see cref="Match"/> answers, found by trying one route after the other.</summary>
    internal Route? Scan(ReadOnlySpan<byte> message, AttributeValues values)
    {
        foreach (var route in _routes)
        {
            if (route.Matches(message, values)) return route;
        }

        return null;
    }
}
