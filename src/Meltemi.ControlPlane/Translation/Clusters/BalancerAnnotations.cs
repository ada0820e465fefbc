using System.Globalization;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>
/// What Istio's DestinationRule has no field for, as annotations of the rule. They refine what <c>loadBalancer</c> says, so that the same file means the
/// nearest thing to a control plane that does not know them: <see cref="Algorithm"/> where requests go to the endpoint with the fewest of them,
/// <see cref="BalanceFactor"/> where they go by a hash, <see cref="ZoneAware"/> where they do not.
/// </summary>
internal static class BalancerAnnotations
{
    /// <summary><c>PEAK_EWMA</c> instead of <c>LEAST_REQUEST</c>.</summary>
    public const string Algorithm = "balancing.meltemi.org/algorithm";

    /// <summary>For <c>consistentHash</c>: bound of an endpoint's load in percent of the average, at least 100.</summary>
    public const string BalanceFactor = "balancing.meltemi.org/hash-balance-factor";

    /// <summary>Requests stay in their client's place as far as that is fair, from so many endpoints on.</summary>
    public const string ZoneAware = "balancing.meltemi.org/zone-aware";

    private const string PeakEwma = "PEAK_EWMA";
    private const uint GreatestFactor = 100_000;

    /// <summary>Whether the rule asks for peak EWMA.</summary>
    public static bool WantsPeakEwma(Resource? rule) => rule?.Meta.Annotations.GetValueOrDefault(Algorithm) == PeakEwma;

    /// <summary>The bound that the rule asks for; null: none.</summary>
    public static uint? FactorOf(Resource? rule) =>
        rule?.Meta.Annotations.TryGetValue(BalanceFactor, out var text) == true ? Parse(text) : null;

    /// <summary>From how many endpoints on places matter, as the rule says; null: it says nothing.</summary>
    public static uint? ZoneAwareFrom(Resource? rule) =>
        rule?.Meta.Annotations.TryGetValue(ZoneAware, out var text) == true ? ParseCount(text) : null;

    /// <summary>What is wrong with the annotations: field and reason.</summary>
    public static IEnumerable<(string Field, string Reason)> Complaints(Resource rule)
    {
        var annotations = rule.Meta.Annotations;
        if (annotations.TryGetValue(Algorithm, out var algorithm) && algorithm != PeakEwma)
            yield return (Field(Algorithm), $"'{algorithm}' is not known, ignored; {PeakEwma} is");
        if (annotations.TryGetValue(BalanceFactor, out var factor) && Parse(factor) is null)
            yield return (Field(BalanceFactor), $"expected a percentage from 100 to {GreatestFactor}, such as 150; '{factor}' is ignored");
        if (!annotations.TryGetValue(ZoneAware, out var from)) yield break;
        if (ParseCount(from) is null)
            yield return (Field(ZoneAware), $"expected the least number of endpoints for it, such as 6; '{from}' is ignored");
        if (WantsPeakEwma(rule)) yield return (Field(ZoneAware), $"no effect beside {Algorithm}: {PeakEwma}, which knows no places");

        static string Field(string annotation) => $"metadata.annotations[{annotation}]";
    }

    private static uint? ParseCount(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;

    private static uint? Parse(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor is >= 100 and <= GreatestFactor ? factor : null;
}
