using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing;

/// <summary>A compiled mirror of a route.</summary>
/// <param name="Cluster">An index into <see cref="RouteTable.ClusterNames"/>.</param>
/// <param name="Share">How many of the requests.</param>
internal readonly record struct Mirror(int Cluster, Fraction Share);
