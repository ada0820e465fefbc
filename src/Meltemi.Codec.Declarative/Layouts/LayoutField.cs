using Meltemi.Codec.Declarative.Conditions;
using FieldType = Meltemi.Xds.Declarative.V1.Field.Types.Type;

namespace Meltemi.Codec.Declarative.Layouts;

/// <summary>Where the size of a field comes from.</summary>
internal enum SizeKind : byte
{
    /// <summary>From its type; of varints from its bytes.</summary>
    Own,

    /// <summary>Always the same.</summary>
    Fixed,

    /// <summary>From an earlier field.</summary>
    Field,

    /// <summary>Up to the end of the message, or what follows and is fixed.</summary>
    Rest,

    /// <summary>Up to a delimiter, which belongs to it.</summary>
    Until,
}

/// <summary>A field of a layout, its names resolved.</summary>
internal sealed class LayoutField
{
    public required int Index { get; init; }

    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    public NumberForm Form { get; init; }

    public bool IsNumber { get; init; }

    /// <summary>Of bits: the field whose bits they are, how far they are shifted, and how many as a mask.</summary>
    public int BitsOf { get; init; } = -1;

    public int Shift { get; init; }

    public ulong Mask { get; init; }

    public SizeKind Size { get; init; }

    /// <summary>Bytes, where they are fixed: of numbers too.</summary>
    public int FixedSize { get; init; }

    public int SizeField { get; init; } = -1;

    public byte[] Until { get; init; } = [];

    /// <summary>What is added to it when it is a size.</summary>
    public int Plus { get; init; }

    public ulong Max { get; init; }

    public Condition? When { get; init; }

    /// <summary>Bytes that it must have; null: any.</summary>
    public byte[]? Constant { get; init; }

    public ValueSet? Allowed { get; init; }

    public PartFormat? Parts { get; init; }

    public bool IsBits => BitsOf >= 0;

    /// <summary>Whether its size is known without looking at any byte, and its value, if it is a number, is not of digits.</summary>
    public bool IsFixed => IsBits || (Size == SizeKind.Fixed && !IsNumber) || (Size == SizeKind.Own && IsNumber && NumberForms.Width(Form) > 0);

    /// <summary>Bytes that it has at least, if it is there.</summary>
    public int MinSize => IsFixed ? FixedSize : Size switch
    {
        SizeKind.Own => 1,
        SizeKind.Fixed => FixedSize,
        SizeKind.Until => Until.Length,
        _ => 0,
    };
}
