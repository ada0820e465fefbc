using System.Collections.Immutable;
using System.Globalization;

namespace Meltemi.ControlPlane.Api.Selection;

/// <summary>How a label is compared.</summary>
internal enum LabelOperator
{
    Exists,
    Missing,
    In,
    NotIn,
    GreaterThan,
    LessThan,
}

/// <summary>One requirement of a label selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">With what; one whole number for greater and less than.</param>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>Whether it holds. <c>!=</c> and <c>notin</c> hold for objects without the label too, as in Kubernetes.</summary>
    public bool Holds(ImmutableDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(Key);
        return Operator switch
        {
            LabelOperator.Exists => value is not null,
            LabelOperator.Missing => value is null,
            LabelOperator.In => value is not null && Values.Contains(value),
            LabelOperator.NotIn => value is null || !Values.Contains(value),
            LabelOperator.GreaterThan => Number(value) is { } number && number > Number(Values[0]),
            _ => Number(value) is { } number && number < Number(Values[0]),
        };
    }

    internal static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
