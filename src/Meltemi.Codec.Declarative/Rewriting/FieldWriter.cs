using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Rewriting;

/// <summary>
/// Changes fields without parts: numbers get another value, texts other bytes. An empty text is an attribute that is not there: Remove empties it, and it
/// cannot be set to nothing.
/// </summary>
internal static class FieldWriter
{
    /// <summary>Writes a field of any size.</summary>
    public static bool TryWrite(LayoutField field, ReadOnlySpan<byte> old, Mutation changes, byte[] delimiter, ref ByteWriter writer)
    {
        var change = Last(changes);
        var isThere = field.IsNumber || !old.IsEmpty;
        if (isThere ? change.Kind == ChangeKind.Add : change.Kind is ChangeKind.Replace or ChangeKind.Remove)
        {
            writer.Write(old);
            return true;
        }

        if (field.IsNumber)
        {
            if (!TryNumber(field, change, out var number)) return false;
            if (field is { Form: NumberForm.Decimal, Size: SizeKind.Fixed }) writer.WriteDigits(number, field.FixedSize);
            else writer.Write(field.Form, number);
            return true;
        }

        var text = change.Kind == ChangeKind.Remove ? default : change.Value.Span;
        if (text.IsEmpty && change.Kind != ChangeKind.Remove) return false;
        if (field.Size == SizeKind.Fixed && text.Length != field.FixedSize) return false;
        if (field.Until.Length > 0 && text.IndexOf(field.Until) >= 0) return false;
        if (delimiter.Length > 0 && text.IndexOf(delimiter) >= 0) return false;
        if (field.Allowed is { } allowed && !allowed.Has(text)) return false;
        writer.Write(text);
        return true;
    }

    /// <summary>Whether changes change nothing in a message that does not have the field.</summary>
    public static bool IsDoneWithout(Mutation changes)
    {
        foreach (ref readonly var change in changes.Changes)
        {
            if (change.Kind is ChangeKind.Set or ChangeKind.Add) return false;
        }

        return true;
    }

    /// <summary>Writes over a field of the head.</summary>
    public static bool TryWriteFixed(LayoutField field, Mutation changes, Span<byte> to)
    {
        var writer = new ByteWriter(to);
        return TryWrite(field, to, changes, [], ref writer);
    }

    private static bool TryNumber(LayoutField field, in Change change, out long number)
    {
        number = 0;
        if (change.Kind == ChangeKind.Remove || !NumberForms.TryDigits(change.Value.Span, out number)) return false;
        if ((ulong)number > field.Max || (field.Allowed is { } allowed && !allowed.Has(number))) return false;
        return field is not { Form: NumberForm.Decimal, Size: SizeKind.Fixed } || NumberForms.SizeOf(NumberForm.Decimal, number) <= field.FixedSize;
    }

    private static Change Last(Mutation changes) => changes.Changes[^1];
}
