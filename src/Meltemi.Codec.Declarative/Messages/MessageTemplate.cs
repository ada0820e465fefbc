using System.Buffers;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Messages;

/// <summary>
/// A message whose fields have their values, but for sizes and the length, which follow from the others, and for what is only known when it is written.
/// </summary>
/// <param name="fields">In their order; those that are not there are left out.</param>
/// <param name="length">Index of the field with the length of the message among them; -1: there is none.</param>
/// <param name="from">Index of the field at whose end that begins to count; -1: at the beginning.</param>
internal sealed class MessageTemplate(TemplateField[] fields, byte[] delimiter, int length, int from, int plus)
{
    /// <summary>The status that it says; 0 if there is none.</summary>
    public int Status { get; init; }

    private readonly FlatTemplate? _flat = FlatTemplate.Of(fields, delimiter, length, from, plus);

    /// <summary>Whether all its numbers have fixed places.</summary>
    public bool IsFlat => _flat is not null;

    /// <summary>Writes it.</summary>
    public void Write(in MessageValues values, IBufferWriter<byte> output)
    {
        if (_flat is null) WriteByPieces(values, output);
        else _flat.Write(values, output);
    }

    /// <summary>Writes it piece by piece, as is always right.</summary>
    public void WriteByPieces(in MessageValues values, IBufferWriter<byte> output)
    {
        // 1. Sizes, the last first: a size stands before what it is the size of.
        Span<int> sizes = stackalloc int[fields.Length];
        Span<long> numbers = stackalloc long[fields.Length];
        var total = delimiter.Length;
        for (var i = fields.Length - 1; i >= 0; i--)
        {
            if (i == length) continue;
            ref readonly var field = ref fields[i];
            if (field.SizeOf >= 0) numbers[i] = sizes[field.SizeOf] - field.Plus;
            sizes[i] = field.Pieces is { } pieces ? Piece.SizeOf(pieces, values) : field.Width > 0 ? field.Width : NumberForms.SizeOf(field.Form, numbers[i]);
            total += sizes[i] + field.Until.Length;
        }

        if (length >= 0) total = SetLength(total, sizes, numbers);

        // 2. The bytes.
        var writer = new ByteWriter(output.GetSpan(total));
        for (var i = 0; i < fields.Length; i++)
        {
            ref readonly var field = ref fields[i];
            if (field.Pieces is { } pieces) Piece.Write(pieces, values, ref writer);
            else if (field.Width > 0) writer.WriteDigits(numbers[i], field.Width);
            else writer.Write(field.Form, numbers[i]);
            writer.Write(field.Until);
        }

        writer.Write(delimiter);
        output.Advance(writer.Length);
    }

    private int SetLength(int others, Span<int> sizes, Span<long> numbers)
    {
        ref readonly var field = ref fields[length];
        var width = field.Width > 0 ? field.Width : NumberForms.SizeOf(field.Form, 0);
        while (true)
        {
            sizes[length] = width;
            var total = others + width + field.Until.Length;
            numbers[length] = total - plus;
            for (var i = 0; i <= from; i++) numbers[length] -= sizes[i] + fields[i].Until.Length;
            var needed = field.Width > 0 ? width : NumberForms.SizeOf(field.Form, numbers[length]);
            if (needed <= width) return total;
            width = needed;
        }
    }
}

/// <summary>A field of a template.</summary>
internal readonly struct TemplateField
{
    /// <summary>What it consists of; null: it is a size or the length.</summary>
    public Piece[]? Pieces { get; init; }

    public NumberForm Form { get; init; }

    /// <summary>Of numbers in a fixed number of digits: how many.</summary>
    public int Width { get; init; }

    /// <summary>Index of the field whose size it is; -1: none's.</summary>
    public int SizeOf { get; init; }

    public int Plus { get; init; }

    public byte[] Until { get; init; }
}
