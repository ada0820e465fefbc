using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Rewriting;

/// <summary>Writes the sizes and the length of a message anew, where fields have become longer or shorter.</summary>
internal static class SizeFixer
{
    /// <summary>False if a number cannot be as large as it would have to be.</summary>
    /// <param name="view">The message before.</param>
    /// <param name="written">Offset and length of each field behind the head, as they were written.</param>
    public static bool TryFix(Plan plan, in MessageView view, Span<int> written, ref ByteWriter writer)
    {
        for (var i = plan.Fields.Length - 1; i >= plan.HeadCount; i--)
        {
            var field = plan.Fields[i];
            if (field.Size != SizeKind.Field || !view.TryRange(i, out _, out var before)) continue;
            var size = written[2 * (i - plan.HeadCount) + 1];
            if (size == before) continue;
            var number = plan.Fields[field.SizeField];
            if (!TryWrite(plan, view, written, number, size - number.Plus, ref writer)) return false;
        }

        if (plan.Length is not { } length || writer.Length == view.Bytes.Length) return true;

        // A length of variable width may count itself: then it is written again when it has become wider.
        for (var tries = 0; tries < 3; tries++)
        {
            var total = writer.Length;
            var value = total - EndOf(plan, view, written, length.From) - length.Plus;
            if (value < 0 || !TryWrite(plan, view, written, plan.Fields[length.Field], value, ref writer)) return false;
            if (writer.Length == total) return true;
        }

        return false;
    }

    private static int EndOf(Plan plan, in MessageView view, ReadOnlySpan<int> written, int field)
    {
        if (field < 0) return 0;
        if (field >= plan.HeadCount) return written[2 * (field - plan.HeadCount)] + written[2 * (field - plan.HeadCount) + 1] + plan.Fields[field].Until.Length;
        return view.Shape.Offsets[field] < 0 ? 0 : view.Shape.Offsets[field] + plan.Fields[field].FixedSize;
    }

    private static bool TryWrite(Plan plan, in MessageView view, Span<int> written, LayoutField number, long value, ref ByteWriter writer)
    {
        if (value < 0 || (ulong)value > number.Max || number.IsBits) return false;
        if (number.Index < plan.HeadCount)
        {
            NumberForms.WriteFixed(number.Form, writer.Written[view.Shape.Offsets[number.Index]..], value);
            return true;
        }

        var slot = 2 * (number.Index - plan.HeadCount);
        var (at, width) = (written[slot], written[slot + 1]);
        if (number is { Form: NumberForm.Decimal, Size: SizeKind.Fixed })
        {
            if (NumberForms.SizeOf(NumberForm.Decimal, value) > width) return false;
            new ByteWriter(writer.Written[at..]).WriteDigits(value, width);
            return true;
        }

        // What follows moves, if the number has become wider or narrower.
        var size = NumberForms.SizeOf(number.Form, value);
        var rest = writer.Length - at - width;
        writer.All.Slice(at + width, rest).CopyTo(writer.All[(at + size)..]);
        NumberForms.Write(number.Form, writer.All[at..], value);
        writer.Length += size - width;
        written[slot + 1] = size;
        for (var i = slot + 2; i < written.Length; i += 2) written[i] += size - width;
        return true;
    }
}
