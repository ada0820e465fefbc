using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Messages;

/// <summary>A piece of a message that is written by a template.</summary>
internal abstract record Piece
{
    public abstract int Size(in MessageValues values);

    public abstract void Write(in MessageValues values, ref ByteWriter writer);

    public static int SizeOf(Piece[] pieces, in MessageValues values)
    {
        var size = 0;
        foreach (var piece in pieces) size += piece.Size(values);
        return size;
    }

    public static void Write(Piece[] pieces, in MessageValues values, ref ByteWriter writer)
    {
        foreach (var piece in pieces) piece.Write(values, ref writer);
    }
}

/// <summary>Always the same bytes.</summary>
internal sealed record LiteralPiece(byte[] Bytes) : Piece
{
    public override int Size(in MessageValues values) => Bytes.Length;

    public override void Write(in MessageValues values, ref ByteWriter writer) => writer.Write(Bytes);
}

/// <summary>The text of an error.</summary>
/// <param name="Forbidden">Bytes that would end something and so become spaces, such as those of a line's end.</param>
internal sealed record TextPiece(byte[] Forbidden) : Piece
{
    public override int Size(in MessageValues values) => values.Text.Length;

    public override void Write(in MessageValues values, ref ByteWriter writer)
    {
        var start = writer.Length;
        writer.Write(values.Text);
        if (Forbidden.Length == 0) return;
        foreach (ref var letter in writer.Written[start..])
        {
            if (Forbidden.AsSpan().Contains(letter)) letter = (byte)' ';
        }
    }
}

/// <summary>The text of an error within a text of JSON.</summary>
internal sealed record JsonTextPiece : Piece
{
    public override int Size(in MessageValues values)
    {
        var size = 0;
        foreach (var letter in values.Text) size += letter is (byte)'"' or (byte)'\\' ? 2 : letter < 0x20 ? 6 : 1;
        return size;
    }

    public override void Write(in MessageValues values, ref ByteWriter writer)
    {
        foreach (var letter in values.Text)
        {
            if (letter is (byte)'"' or (byte)'\\') writer.Write([(byte)'\\', letter]);
            else if (letter < 0x20) writer.Write([.. "\\u00"u8, "0123456789abcdef"u8[letter >> 4], "0123456789abcdef"u8[letter & 15]]);
            else writer.Write([letter]);
        }
    }
}

/// <summary>The id of a message.</summary>
internal sealed record IdPiece(NumberForm Form) : Piece
{
    public override int Size(in MessageValues values) => NumberForms.SizeOf(Form, (long)values.Id);

    public override void Write(in MessageValues values, ref ByteWriter writer) => writer.Write(Form, (long)values.Id);
}

/// <summary>A number of the message that is answered.</summary>
internal sealed record CopyPiece(NumberForm Form, int At, int Bits) : Piece
{
    public override int Size(in MessageValues values) => NumberForms.Width(Form);

    public override void Write(in MessageValues values, ref ByteWriter writer) => writer.Write(Form, Of(values.Memo));

    public long Of(long memo) => (long)((ulong)memo >> At & (ulong.MaxValue >> (64 - Bits)));
}

/// <summary>Bytes of the message that is answered.</summary>
internal sealed record KeptPiece : Piece
{
    public override int Size(in MessageValues values) => values.Kept.Length;

    public override void Write(in MessageValues values, ref ByteWriter writer) => writer.Write(values.Kept);
}

/// <summary>The size of other pieces, and then these.</summary>
/// <param name="CountsAll">The size counts itself and what stands before it, so many bytes.</param>
internal sealed record SizedPiece(NumberForm Form, Piece[] Inner, int CountsAll = 0) : Piece
{
    public override int Size(in MessageValues values)
    {
        var inner = SizeOf(Inner, values);
        return NumberForms.SizeOf(Form, Count(inner)) + inner;
    }

    public override void Write(in MessageValues values, ref ByteWriter writer)
    {
        writer.Write(Form, Count(SizeOf(Inner, values)));
        Write(Inner, values, ref writer);
    }

    private long Count(int inner)
    {
        if (CountsAll == 0) return inner;
        for (var width = 1; ; width++)
        {
            if (NumberForms.SizeOf(Form, inner + CountsAll + width) <= width || NumberForms.Width(Form) == width) return inner + CountsAll + width;
        }
    }
}
