using Meltemi.Xds.Reading;
using static Envoy.Config.Bootstrap.V3.Bootstrap.Types;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Checks what only shows when all resources are there: names that are taken, names that nobody has.</summary>
internal static class CrossReferences
{
    public static void Check(StaticResources resources, TranslationContext context)
    {
        var clusters = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < resources.Clusters.Count; i++)
            CheckUnique(clusters, resources.Clusters[i].Name, $"static_resources.clusters[{i}].name", context.Problems);
        var listeners = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < resources.Listeners.Count; i++)
            CheckUnique(listeners, resources.Listeners[i].Name, $"static_resources.listeners[{i}].name", context.Problems);
        foreach (var reference in context.ClusterReferences)
        {
            var (path, cluster, required) = reference;
            if (cluster.Length == 0 || clusters.ContainsKey(cluster)) continue;
            var hint = Spelling.Hint(cluster, clusters.Keys);
            if (required)
                context.Problems.Error(path, $"there is no cluster '{cluster}'{hint}");
            else
                context.Problems.Warning(path, $"there is no cluster '{cluster}': {reference.Consequence}{hint}");
        }
    }

    private static void CheckUnique(Dictionary<string, string> known, string name, string path, ProblemList problems)
    {
        if (name.Length == 0 || known.TryAdd(name, path)) return;
        var first = problems.Locate(known[name]).Line;
        problems.Error(path, $"the name '{name}' is taken{(first > 0 ? $" in line {first}" : "")}");
    }
}
