using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Conditions;

/// <summary>Terms that all must hold.</summary>
internal sealed record Condition(Term[] Terms);

/// <summary>A path and the values that it must have.</summary>
internal sealed record Term(FieldPath Path, ValueSet Values);

/// <summary>A term about a number at a fixed place.</summary>
internal readonly struct Test(Number number, ValueSet values)
{
    public Number Number { get; } = number;

    public ValueSet Values { get; } = values;

    public bool Holds(ReadOnlySpan<byte> bytes) => Number.IsPresent ? Values.Has(Number.Read(bytes)) : Values.HasNothing;
}
