using System.Text.RegularExpressions;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Expressions;
using Kind = Meltemi.Resources.Istio.StringMatch.MatchTypeOneofCase;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>
/// Conditions of a VirtualService as gRPC's libraries can test them: of what python's and node's accept that which both do. What is known
/// of the client is decided here; a condition that no call can fulfil, or that cannot be tested, makes the match one that is left out.
/// </summary>
internal static partial class GrpcMatches
{
    private const string Method = "POST";
    private const int MostAlternatives = 16;

    /// <summary>The match, in several if one cannot say it; none: it never holds, or cannot be tested (reported).</summary>
    /// <param name="match">The conditions; null: every call.</param>
    public static IReadOnlyList<RouteMatch> Translate(HTTPMatchRequest? match, GrpcTarget target, FieldPath path)
    {
        if (match is null) return [new() { Prefix = "" }];
        if (!IsForClient(match, target) || !CanHold(match, target, path)) return [];
        var translated = new RouteMatch();
        if (!SetPath(translated, match, path["uri"])) return [];
        var sound = true;
        foreach (var (name, condition) in match.Headers.OrderBy(header => header.Key, StringComparer.Ordinal))
            if (Header(name, condition, path["headers"].Entry(name)) is { } header)
                translated.Headers.Add(header);
            else
                sound = false;
        IReadOnlyList<RouteMatch> alternatives = [translated];
        foreach (var (name, condition) in match.WithoutHeaders.OrderBy(header => header.Key, StringComparer.Ordinal))
            if (Header(name, condition, path["withoutHeaders"].Entry(name)) is { } header)
                alternatives = [.. alternatives.SelectMany(alternative => Without(alternative, header)).Take(MostAlternatives + 1)];
            else
                sound = false;
        if (alternatives.Count <= MostAlternatives) return sound ? alternatives : [];
        path["withoutHeaders"].Warning("no gRPC call matches: these are too many headers for the clients to do without");
        return [];
    }

    // Python's library looks at no value that is not there, and says no; node's says yes.
    private static IEnumerable<RouteMatch> Without(RouteMatch match, HeaderMatcher header)
    {
        yield return With(new() { Name = header.Name, PresentMatch = true });
        if (header.HeaderMatchSpecifierCase != HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch) yield return With(header.Clone());

        RouteMatch With(HeaderMatcher inverted)
        {
            inverted.InvertMatch = true;
            return new(match) { Headers = { inverted } };
        }
    }

    private static bool IsForClient(HTTPMatchRequest match, GrpcTarget target) =>
        (match.Port == 0 || match.Port == (uint)target.Port.Number)
        && (match.Gateways.Count == 0 || match.Gateways.Contains(GatewayBindings.Mesh))
        && (target.Node is not { } client || IsFrom(client, match));

    private static bool IsFrom(ProxyNode client, HTTPMatchRequest match) =>
        (match.SourceNamespace.Length == 0 || match.SourceNamespace == client.Namespace)
        && LabelSet.From(match.SourceLabels).Selects(client.Labels);

    private static bool CanHold(HTTPMatchRequest match, GrpcTarget target, FieldPath path)
    {
        if (match.QueryParams.Count > 0) return Never(path["queryParams"], "a gRPC call has no query");
        if (match.Scheme is not null) return Never(path["scheme"], "gRPC's clients do not look at the scheme");
        if (match.Method is { } method && !Holds(method, Method)) return Never(path["method"], $"the method of a gRPC call is {Method}");
        return match.Authority is not { } authority
            || Holds(authority, target.Service.Host) || Holds(authority, $"{target.Service.Host}:{target.Port.Number}");

        static bool Never(FieldPath field, string why)
        {
            field.Warning($"no gRPC call matches: {why}");
            return false;
        }
    }

    private static bool Holds(StringMatch match, string value) => match.MatchTypeCase switch
    {
        Kind.Exact => match.Exact == value,
        Kind.Prefix => value.StartsWith(match.Prefix, StringComparison.Ordinal),
        Kind.Regex => RegexCache.Complaint(match.Regex) is null && RegexCache.Get(match.Regex).IsMatch(value),
        _ => true,
    };

    private static bool SetPath(RouteMatch translated, HTTPMatchRequest match, FieldPath path)
    {
        switch (match.Uri?.MatchTypeCase ?? Kind.None)
        {
            case Kind.Exact:
                translated.Path = match.Uri!.Exact;
                break;
            case Kind.Prefix when WholeService().IsMatch(match.Uri!.Prefix):
                translated.Prefix = match.Uri.Prefix;
                break;
            case Kind.Prefix:
                // Only prefixes that end where a service's name ends are looked at.
                translated.SafeRegex = Expression($"{Regex.Escape(match.Uri!.Prefix)}.*", match.IgnoreUriCase);
                return true;
            case Kind.Regex when RegexCache.Complaint(match.Uri!.Regex) is { } complaint:
                path["regex"].NotAccepted($"{complaint}; the route is left out");
                return false;
            case Kind.Regex:
                translated.SafeRegex = Expression(match.Uri!.Regex, match.IgnoreUriCase);
                return true;
            default:
                translated.Prefix = "";
                return true;
        }

        if (match.IgnoreUriCase) translated.CaseSensitive = false;
        return true;
    }

    private static RegexMatcher Expression(string regex, bool fold) => new() { Regex = fold ? $"(?i){regex}" : regex };

    /// <summary>
    /// The older fields only: a <c>string_match</c> is refused by python's older versions. Null: it cannot be tested.
    /// </summary>
    private static HeaderMatcher? Header(string name, StringMatch condition, FieldPath path)
    {
        if (name.StartsWith(':') || name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase))
        {
            path.Warning($"no gRPC call matches: the clients do not look at the header {name}");
            return null;
        }

        var matcher = new HeaderMatcher { Name = name.ToLowerInvariant() };
        switch (condition.MatchTypeCase)
        {
            case Kind.Exact when condition.Exact.Length > 0:
                matcher.ExactMatch = condition.Exact;
                break;
            case Kind.Prefix when condition.Prefix.Length > 0:
                matcher.PrefixMatch = condition.Prefix;
                break;
            case Kind.Regex when RegexCache.Complaint(condition.Regex) is { } complaint && condition.Regex != "*":
                path["regex"].NotAccepted($"{complaint}; the route is left out");
                return null;
            case Kind.Regex when condition.Regex is not ("*" or ""):
                matcher.SafeRegexMatch = new() { Regex = condition.Regex };
                break;
            default:
                matcher.PresentMatch = true;
                break;
        }

        return matcher;
    }

    [GeneratedRegex("^(/([^/]+/)?)?$")]
    private static partial Regex WholeService();
}
