using System.Collections.Immutable;
using Envoy.Config.Core.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Mirrors of a route, of whatever form.</summary>
internal static class Mirrors
{
    /// <param name="path">Path of the list.</param>
    public static ImmutableArray<MirrorConfig> Translate(
        IEnumerable<(string Cluster, RuntimeFractionalPercent? Fraction)> mirrors, TranslationContext context, string path)
    {
        var translated = ImmutableArray.CreateBuilder<MirrorConfig>();
        foreach (var (cluster, fraction) in mirrors)
        {
            var itemPath = $"{path}[{translated.Count}].cluster";
            context.ClusterReferences.Add(new(itemPath, cluster, false) { Consequence = "nothing is copied" });
            translated.Add(new MirrorConfig(cluster, Fractions.Translate(fraction?.DefaultValue) ?? Fraction.All));
        }

        return translated.ToImmutable();
    }
}
