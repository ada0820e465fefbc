using System.Collections.Immutable;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing.Explaining;

/// <summary>How a request finds its route.</summary>
/// <param name="Steps">Every route, in order.</param>
/// <param name="Result">Where the request goes; null: no route matches, and it is answered with NR.</param>
public sealed record RouteExplanation(ImmutableArray<RouteStep> Steps, RouteResult? Result);

/// <summary>A route, looked at.</summary>
/// <param name="Position">Place in the table, from 0.</param>
/// <param name="Route">Its configuration.</param>
/// <param name="Conditions">All its conditions; none: it matches everything.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record RouteStep(int Position, RouteConfig Route, ImmutableArray<ConditionStep> Conditions, RouteOutcome Outcome);

/// <summary>What became of a route.</summary>
public enum RouteOutcome
{
    /// <summary>A condition does not hold.</summary>
    Refused,

    /// <summary>The request goes here.</summary>
    Taken,

    /// <summary>It matches too, but an earlier one was taken.</summary>
    TooLate,
}

/// <summary>A condition, looked at.</summary>
/// <param name="Condition">Its configuration.</param>
/// <param name="Wanted">What it wants, in words, such as <c>method starts with "get"</c>.</param>
/// <param name="Found">The attribute's value; null: the request does not have it.</param>
/// <param name="Holds">Whether it holds.</param>
public sealed record ConditionStep(AttributeMatch Condition, string Wanted, string? Found, bool Holds);

/// <summary>Where a request goes.</summary>
/// <param name="Route">The route, with its timeout and mutations.</param>
/// <param name="Clusters">The clusters to choose from.</param>
/// <param name="Hashes">What consistent balancing hashes.</param>
/// <param name="Chosen">Which of the clusters, if a hash or a number decides and is known; null: chance, or the client's address.</param>
public sealed record RouteResult(RouteConfig Route, ImmutableArray<ClusterShare> Clusters, ImmutableArray<HashStep> Hashes, string? Chosen = null);

/// <summary>A cluster and its part of the traffic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">As configured.</param>
/// <param name="Share">From 0 to 1.</param>
public sealed record ClusterShare(string Name, uint Weight, double Share);

/// <summary>A hash policy, looked at.</summary>
/// <param name="Policy">Its configuration; without an attribute it hashes the client's address.</param>
/// <param name="Found">The attribute's value; null: missing, or the policy has none.</param>
/// <param name="Counts">Whether it is part of the hash.</param>
public sealed record HashStep(HashPolicy Policy, string? Found, bool Counts);
