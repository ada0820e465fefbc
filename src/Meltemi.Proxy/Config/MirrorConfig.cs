namespace Meltemi.Proxy.Config;

/// <summary>A cluster that gets copies of requests, and whose answers reach nobody (<c>RouteAction.RequestMirrorPolicy</c>).</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Share">How many of the requests.</param>
public sealed record MirrorConfig(string Cluster, Fraction Share);
