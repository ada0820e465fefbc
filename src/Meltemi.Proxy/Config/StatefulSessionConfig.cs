namespace Meltemi.Proxy.Config;

/// <summary>Sessions by an attribute that names the endpoint (<c>envoy.extensions.filters.http.stateful_session.v3.StatefulSession</c>).</summary>
/// <param name="Attribute">The attribute, of answers and then of requests.</param>
/// <param name="IsStrict">If the endpoint is not available no other will do.</param>
public sealed record StatefulSessionConfig(string Attribute, bool IsStrict);
