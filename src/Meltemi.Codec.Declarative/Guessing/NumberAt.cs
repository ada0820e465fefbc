using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>A number of 1, 2, 3, 4 or 8 bytes at a fixed place of a message.</summary>
internal readonly record struct NumberAt(int Offset, int Width, bool IsLittle)
{
    public int End => Offset + Width;

    /// <summary>Its type in a description.</summary>
    public string Type => $"U{8 * Width}";

    /// <summary>Type and byte order, as a field of a description has them.</summary>
    public string Text => Type + (IsLittle && Width > 1 ? ", byteOrder: LITTLE_ENDIAN" : "");

    /// <summary>For people.</summary>
    public string Place => Width == 1 ? $"byte {Offset}" : $"bytes {Offset} to {End - 1}{(IsLittle ? ", little-endian" : "")}";

    /// <summary>How it stands on the wire.</summary>
    public NumberForm Form => (Width, IsLittle) switch
    {
        (1, _) => NumberForm.U8,
        (2, false) => NumberForm.U16,
        (2, true) => NumberForm.U16Little,
        (3, false) => NumberForm.U24,
        (3, true) => NumberForm.U24Little,
        (4, false) => NumberForm.U32,
        (4, true) => NumberForm.U32Little,
        (_, false) => NumberForm.U64,
        _ => NumberForm.U64Little,
    };

    /// <summary>The number, which must be there; what is beyond 63 bits is cut off.</summary>
    public long Read(ReadOnlySpan<byte> message) => long.MaxValue & NumberForms.ReadFixed(Form, message[Offset..]);
}
