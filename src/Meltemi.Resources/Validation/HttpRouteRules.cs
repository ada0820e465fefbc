using Google.Protobuf.Collections;
using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for the HTTP routes of a VirtualService.</summary>
internal static class HttpRouteRules
{
    public static void Check(HTTPRoute route, FieldPath field)
    {
        CheckAction(route, field);
        for (var i = 0; i < route.Match.Count; i++) CheckMatch(route.Match[i], field["match"][i]);
        for (var i = 0; i < route.Route.Count; i++)
        {
            Destinations.Check(route.Route[i].Destination, field["route"][i]["destination"]);
            CheckHeaders(route.Route[i].Headers, field["route"][i]["headers"]);
        }

        Destinations.CheckWeights([.. route.Route.Select(destination => (long)destination.Weight)], field["route"], percent: false);
        CheckHeaders(route.Headers, field["headers"]);
        CheckRewrite(route.Rewrite, field["rewrite"]);
        RoutePolicies.Check(route.Retries, route.Timeout, field["retries"]);
        RoutePolicies.Check(route.Fault, field["fault"]);
        if (route.Mirror is not null && route.Mirrors.Count > 0) field["mirrors"].Error("'mirror' and 'mirrors' exclude each other");
        RoutePolicies.CheckMirrors(route.Mirror, route.MirrorPercentage, route.Mirrors, field);
        if (route is { MirrorPercent: not null, MirrorPercentage: not null })
            field["mirrorPercent"].Error("'mirrorPercent' and 'mirrorPercentage' exclude each other");
    }

    /// <summary>
    /// The first match wins: what stands behind a route without conditions, or behind the same conditions, is never reached.
    /// </summary>
    public static void CheckReach(RepeatedField<HTTPRoute> routes, FieldPath field)
    {
        var seen = new Dictionary<HTTPMatchRequest, int>();
        int? all = null;
        for (var i = 0; i < routes.Count; i++)
        {
            if (all is { } catching)
            {
                field[i].Warning($"it can never match: http[{catching}] before it takes every request");
                continue;
            }

            for (var j = 0; j < routes[i].Match.Count; j++)
            {
                var conditions = routes[i].Match[j].Clone();
                (conditions.Name, conditions.StatPrefix) = ("", "");
                if (!seen.TryAdd(conditions, i))
                    field[i]["match"][j].Warning($"it can never match: http[{seen[conditions]}] has the same conditions before it");
            }

            if (routes[i].Match.Count == 0 || routes[i].Match.Any(TakesAll)) all = i;
        }
    }

    private static bool TakesAll(HTTPMatchRequest match)
    {
        var rest = match.Clone();
        (rest.Name, rest.StatPrefix, rest.IgnoreUriCase) = ("", "", false);
        if (rest.Uri is { MatchTypeCase: StringMatch.MatchTypeOneofCase.Prefix, Prefix: "/" }) rest.Uri = null;
        return rest.CalculateSize() == 0;
    }

    private static void CheckAction(HTTPRoute route, FieldPath field)
    {
        string?[] actions =
        [
            route.Route.Count > 0 ? "route" : null,
            route.Redirect is not null ? "redirect" : null,
            route.DirectResponse is not null ? "directResponse" : null,
            route.Delegate is not null ? "delegate" : null,
        ];
        var given = actions.OfType<string>().ToArray();
        if (given.Length == 0 && !field.IsWrong) field.Error("one of route, redirect, directResponse is needed");
        if (given.Length > 1) field[given[1]].Error($"'{given[0]}' and '{given[1]}' exclude each other");
        if (route.Redirect is null) return;
        if (route.Rewrite is not null) field["rewrite"].Error("'redirect' and 'rewrite' exclude each other");
        if (route.Redirect.RedirectCode is not (0 or 301 or 302 or 303 or 307 or 308))
            field["redirect"]["redirectCode"].Error($"must be 301, 302, 303, 307 or 308, not {route.Redirect.RedirectCode}");
    }

    private static void CheckMatch(HTTPMatchRequest match, FieldPath field)
    {
        Patterns.Check(match.Uri, field["uri"]);
        Patterns.Check(match.Scheme, field["scheme"]);
        Patterns.Check(match.Method, field["method"]);
        Patterns.Check(match.Authority, field["authority"]);
        Patterns.CheckAll(match.Headers, field["headers"]);
        Patterns.CheckAll(match.WithoutHeaders, field["withoutHeaders"]);
        Patterns.CheckAll(match.QueryParams, field["queryParams"]);
        Labels.Check(match.SourceLabels, field["sourceLabels"]);
        Scopes.CheckGateways(match.Gateways, field["gateways"]);
        var space = match.SourceNamespace;
        if (space.Length > 0) field["sourceNamespace"].ErrorIf($"'{space}' cannot be a namespace", Names.LabelComplaint(space));
    }

    private static void CheckRewrite(HTTPRewrite? rewrite, FieldPath field)
    {
        if (rewrite is null) return;
        if (rewrite.Uri.Length == 0 && rewrite.Authority.Length == 0 && rewrite.UriRegexRewrite is null && !field.IsWrong)
            field.Error("one of uri, authority, uriRegexRewrite is needed");
        if (rewrite.UriRegexRewrite is null) return;
        if (rewrite.Uri.Length > 0) field["uri"].Error("'uri' and 'uriRegexRewrite' exclude each other");
        Patterns.CheckRegex(rewrite.UriRegexRewrite.Match, field["uriRegexRewrite"]["match"]);
    }

    private static void CheckHeaders(Headers? headers, FieldPath field)
    {
        if (headers is null) return;
        CheckOperations(headers.Request, field["request"]);
        CheckOperations(headers.Response, field["response"]);
    }

    private static void CheckOperations(Headers.Types.HeaderOperations? operations, FieldPath field)
    {
        if (operations is null) return;
        foreach (var (name, _) in operations.Set) CheckName(name, field["set"].Entry(name));
        foreach (var (name, _) in operations.Add) CheckName(name, field["add"].Entry(name));
        for (var i = 0; i < operations.Remove.Count; i++) CheckName(operations.Remove[i], field["remove"][i]);
    }

    private static void CheckName(string name, FieldPath field)
    {
        if (name.Length == 0)
            field.Error("a header's name is missing");
        else if (name.Any(letter => letter is <= ' ' or >= '\u007f' || "\"(),/;<=>?@[\\]{}".Contains(letter, StringComparison.Ordinal)))
            field.Error($"'{name}' cannot be a header's name");
    }
}
