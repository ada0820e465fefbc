using Meltemi.Codec.Declarative.Parts;
using Type = Meltemi.Xds.Declarative.V1.Attribute.Types.Type;

namespace Meltemi.Codec.Declarative.Attributes;

/// <summary>Sets an attribute to what a path led to, in the form that the description wants.</summary>
internal static class AttributeSetter
{
    private const int MaxText = 4096;
    private const int MaxHex = 64;

    public static void Set(AttributeSpec spec, in Found found, ReadOnlySpan<byte> message, int slot, AttributeValues values)
    {
        if (found.Kind == FoundKind.Number)
        {
            SetNumber(spec, found.Number, slot, values);
            return;
        }

        if (found.Kind == FoundKind.Escaped)
        {
            if (found.Length > MaxText) return;
            Span<byte> text = stackalloc byte[MaxText];
            values.SetCopy(slot, Cut(spec, text[..JsonParts.Unescape(message, found, text)]));
            return;
        }

        var bytes = Cut(spec, message.Slice(found.At, found.Length));
        if (spec.Type == Type.Number)
        {
            if (bytes.Length is > 0 and <= 8) SetNumber(spec, ToNumber(bytes, spec.LittleEndian), slot, values);
        }
        else if (spec.Type == Type.Hex)
        {
            Span<byte> digits = stackalloc byte[2 * MaxHex];
            Convert.TryToHexStringLower(bytes[..Math.Min(bytes.Length, MaxHex)], digits, out var written);
            values.SetCopy(slot, digits[..written]);
        }
        else
        {
            foreach (var (value, name) in spec.TextNames)
            {
                if (bytes.SequenceEqual(value)) values.SetCopy(slot, name);
            }

            values.SetRange(slot, found.At, bytes.Length);
        }
    }

    private static ReadOnlySpan<byte> Cut(AttributeSpec spec, ReadOnlySpan<byte> text)
    {
        if (spec.Before.Length == 0) return text;
        var end = text.IndexOf(spec.Before);
        return end < 0 ? text : text[..end];
    }

    private static void SetNumber(AttributeSpec spec, long number, int slot, AttributeValues values)
    {
        if (spec.Above is { } above && number <= above) return;
        if (spec.NumberNames.TryGetValue(number, out var name))
        {
            values.SetCopy(slot, name);
        }
        else if (spec.Type == Type.Hex)
        {
            Span<byte> digits = stackalloc byte[16];
            System.Buffers.Text.Utf8Formatter.TryFormat((ulong)number, digits, out var written, new('x'));
            values.SetCopy(slot, digits[..written]);
        }
        else
        {
            values.SetNumber(slot, number);
        }
    }

    private static long ToNumber(ReadOnlySpan<byte> bytes, bool little)
    {
        ulong number = 0;
        for (var i = 0; i < bytes.Length; i++) number = number << 8 | bytes[little ? bytes.Length - 1 - i : i];
        return (long)number;
    }
}
