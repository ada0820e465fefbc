using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>A way to tell where messages end.</summary>
internal abstract record Framing
{
    /// <summary>Of ways that find the same messages, the one with the lowest is told: what protocols do mostly.</summary>
    public abstract int Rarity { get; }

    /// <summary>Bytes at the start of messages that it reads.</summary>
    public abstract (int Start, int End) Reads { get; }

    /// <summary>How many such framings are tried, as a power of two: so much evidence is needed before chance is ruled out.</summary>
    public abstract int Tries { get; }

    /// <summary>Where what it reads ends in this message.</summary>
    public virtual int EndIn(ReadOnlySpan<byte> message) => Reads.End;

    /// <summary>Length of the message that <paramref name="rest"/> begins with; 0: it cannot be one, or too little is there.</summary>
    public abstract long LengthOf(ReadOnlySpan<byte> rest);
}

/// <summary>A number says it, and <paramref name="Plus"/> is what it does not count.</summary>
internal sealed record LengthField(NumberAt Number, int Plus) : Framing
{
    public override int Rarity => (Plus == 0 ? 0 : Plus == Number.End ? 1 : 5) + (Number.Width is 2 or 4 ? 0 : 2);

    public override (int Start, int End) Reads => (Number.Offset, Number.End);

    public override int Tries => Plus == 0 || Plus == Number.End ? 9 : 15;

    public override long LengthOf(ReadOnlySpan<byte> rest) => rest.Length < Number.End ? 0 : Number.Read(rest) + Plus;

    public override string ToString() =>
        $"{Number.Place}: {(Plus == 0 ? "the length of the whole message" : Plus == Number.End ? "the length of what follows" : $"the length of what follows the first {Plus} bytes")}";
}

/// <summary>Several numbers side by side say how long the parts are that follow the last of them.</summary>
internal sealed record LengthSum(IReadOnlyList<NumberAt> Numbers) : Framing
{
    public override int Rarity => 8;

    public override (int Start, int End) Reads => (Numbers[0].Offset, Numbers[^1].End);

    public override int Tries => 10;

    public override long LengthOf(ReadOnlySpan<byte> rest)
    {
        var sum = (long)Numbers[^1].End;
        if (rest.Length < sum) return 0;
        foreach (var number in Numbers) sum += number.Read(rest);
        return sum;
    }

    public override string ToString() => $"bytes {Reads.Start} to {Reads.End - 1}: the lengths of {Numbers.Count} parts that follow";
}

/// <summary>A number of 7 bits a byte says how much follows.</summary>
internal sealed record VarintLength(int Offset) : Framing
{
    private const int MaxBytes = 4;

    public override int Rarity => 7;

    public override (int Start, int End) Reads => (Offset, Offset + 1);

    public override int Tries => 3;

    public override int EndIn(ReadOnlySpan<byte> message) => Offset + 1 + message[Offset..].IndexOfAnyInRange((byte)0, (byte)0x7f);

    public override long LengthOf(ReadOnlySpan<byte> rest)
    {
        if (Offset >= rest.Length) return 0;
        var used = NumberForms.TryRead(NumberForm.Varint, rest[Offset..], out var length);
        return used is > 0 and <= MaxBytes ? Offset + used + length : 0;
    }

    public override string ToString() => $"a varint at byte {Offset}: the length of what follows";
}

/// <summary>Messages end with these bytes.</summary>
internal sealed record Delimited(byte[] Delimiter, string Text) : Framing
{
    public override int Rarity => 9;

    public override (int Start, int End) Reads => (0, 0);

    public override int Tries => 3;

    public override long LengthOf(ReadOnlySpan<byte> rest)
    {
        var at = rest.IndexOf(Delimiter);
        return at < 0 ? 0 : at + Delimiter.Length;
    }

    public override string ToString() => $"each message ends with \"{Text}\"";
}
