using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>Where the fields of one message stand: those of the head as its shape says, the others as a walk found them.</summary>
/// <param name="tail">Offset and length of each field behind the head; an offset of -1: it is not there.</param>
internal readonly ref struct MessageView(LayoutField[] fields, ReadOnlySpan<byte> bytes, Shape shape, ReadOnlySpan<int> tail)
{
    private readonly ReadOnlySpan<int> _tail = tail;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public Shape Shape { get; } = shape;

    /// <summary>The bytes of a field; false if it is not there.</summary>
    public bool TryRange(int field, out int at, out int length)
    {
        var spec = fields[field];
        if (spec.IsBits) return TryRange(spec.BitsOf, out at, out length);
        if (field < Shape.Offsets.Length)
        {
            at = Shape.Offsets[field];
            length = spec.FixedSize;
        }
        else
        {
            var index = 2 * (field - Shape.Offsets.Length);
            at = _tail[index];
            length = _tail[index + 1];
        }

        return at >= 0;
    }

    /// <summary>The value of a number; false if it is not there, or is of digits that are none.</summary>
    public bool TryNumber(int field, out long value)
    {
        value = 0;
        var spec = fields[field];
        if (field < Shape.Offsets.Length)
        {
            var number = Shape.Numbers[field];
            if (!number.IsPresent) return false;
            value = number.Read(Bytes);
            return true;
        }

        if (spec.IsBits)
        {
            if (!TryNumber(spec.BitsOf, out value)) return false;
            value = (long)((ulong)value >> spec.Shift & spec.Mask);
            return true;
        }

        if (!TryRange(field, out var at, out var length)) return false;
        var bytes = Bytes.Slice(at, length);
        return spec.Form == NumberForm.Decimal ? NumberForms.TryDigits(bytes, out value) : NumberForms.TryRead(spec.Form, bytes, out value) > 0;
    }
}
