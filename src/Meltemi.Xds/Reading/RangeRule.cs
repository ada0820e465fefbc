using System.Globalization;
using Meltemi.Xds.Rules;

namespace Meltemi.Xds.Reading;

/// <summary>The bounds that a field's rules set.</summary>
internal static class RangeRule
{
    /// <summary>What is wrong with a value; null: nothing.</summary>
    /// <param name="rules">Null: none.</param>
    /// <param name="value">A number, or a duration in seconds.</param>
    /// <param name="unit">What is written behind numbers, such as " s".</param>
    public static string? Complaint(FieldRules? rules, double value, string unit = "")
    {
        if (rules is null) return null;
        if (rules.HasMin && rules.HasMax && (value < rules.Min || value > rules.Max))
            return Not($"must be from {Text(rules.Min)} to {Text(rules.Max)}{unit}");
        if (rules.HasMin && value < rules.Min) return Not($"must be at least {Text(rules.Min)}{unit}");
        if (rules.HasMax && value > rules.Max) return Not($"must be at most {Text(rules.Max)}{unit}");
        if (rules.HasAbove && value <= rules.Above) return Not($"must be more than {Text(rules.Above)}{unit}");
        return null;

        string Not(string rule) => $"{rule}, not {Text(value)}{unit}";

        static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
    }
}
