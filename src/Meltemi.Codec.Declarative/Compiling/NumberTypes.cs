using Meltemi.Codec.Declarative.Layouts;
using Type = Meltemi.Xds.Declarative.V1.Field.Types.Type;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>From types of the description to forms on the wire.</summary>
internal static class NumberTypes
{
    public static bool IsNumber(Type type) => type is >= Type.U8 and <= Type.Bits;

    public static NumberForm Form(Type type, bool little) => type switch
    {
        Type.U8 => NumberForm.U8,
        Type.I8 => NumberForm.I8,
        Type.U16 => little ? NumberForm.U16Little : NumberForm.U16,
        Type.I16 => little ? NumberForm.I16Little : NumberForm.I16,
        Type.U24 => little ? NumberForm.U24Little : NumberForm.U24,
        Type.U32 => little ? NumberForm.U32Little : NumberForm.U32,
        Type.I32 => little ? NumberForm.I32Little : NumberForm.I32,
        Type.U64 or Type.I64 => little ? NumberForm.U64Little : NumberForm.U64,
        Type.Varint => NumberForm.Varint,
        Type.Zigzag => NumberForm.Zigzag,
        _ => NumberForm.Decimal,
    };
}
