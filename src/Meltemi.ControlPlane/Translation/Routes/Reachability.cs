using Envoy.Config.Route.V3;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Finds routes that can never be taken, because an earlier one takes all that they match.</summary>
internal static class Reachability
{
    // Every pair is compared; more routes than this are only compared with those that match everything.
    private const int MostCompared = 2000;

    /// <summary>A route in its place.</summary>
    /// <param name="Conditions">Conditions on attributes.</param>
    /// <param name="SourceLabels">Labels of the clients that it is for.</param>
    /// <param name="Path">Where it is written.</param>
    /// <param name="Name">What to call it, such as <c>the route 'v1'</c>.</param>
    public sealed record Entry(
        IReadOnlyList<HeaderMatcher> Conditions, IReadOnlyDictionary<string, string> SourceLabels, FieldPath Path, string Name);

    /// <summary>Reports the routes that are never taken.</summary>
    public static void Check(IReadOnlyList<Entry> routes)
    {
        for (var i = 1; i < routes.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (i >= MostCompared && routes[j].Conditions.Count > 0) continue;
                if (!Covers(routes[j], routes[i])) continue;
                var what = routes[j].Conditions.Count == 0 ? "everything" : "all that it could match";
                routes[i].Path.Warning($"never reached: {routes[j].Name} before it matches {what}");
                break;
            }
        }
    }

    private static bool Covers(Entry earlier, Entry later)
    {
        foreach (var (key, value) in earlier.SourceLabels)
            if (!later.SourceLabels.TryGetValue(key, out var other) || other != value)
                return false;
        foreach (var wide in earlier.Conditions)
            if (!later.Conditions.Any(narrow => narrow.Name == wide.Name && MatchSets.Implies(narrow, wide)))
                return false;
        return true;
    }
}
