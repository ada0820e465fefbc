using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Percent = Meltemi.Resources.Istio.Percent;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Percentages of resources in xDS' terms: parts of a million, four digits behind the point.</summary>
internal static class Percents
{
    private const double PartsPerPercent = 10_000;

    /// <summary>A percentage.</summary>
    public static FractionalPercent Of(double percent) => new()
    {
        Numerator = (uint)Math.Round(Math.Clamp(percent, 0, 100) * PartsPerPercent),
        Denominator = FractionalPercent.Types.DenominatorType.Million,
    };

    /// <summary>A percentage where xDS lets runtime keys override it; null: all.</summary>
    public static RuntimeFractionalPercent? Runtime(Percent? percent) =>
        percent is null ? null : new() { DefaultValue = Of(percent.Value) };
}
