namespace Meltemi.Codec.Declarative.Layouts;

/// <summary>Writes to a span whose size was reckoned before.</summary>
internal ref struct ByteWriter(Span<byte> to)
{
    private readonly Span<byte> _to = to;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; set; }

    public readonly Span<byte> Written => _to[..Length];

    /// <summary>All that can be written to.</summary>
    public readonly Span<byte> All => _to;

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_to[Length..]);
        Length += bytes.Length;
    }

    public void Write(NumberForm form, long value) => Length += NumberForms.Write(form, _to[Length..], value);

    /// <summary>Writes decimal digits with zeros before them.</summary>
    public void WriteDigits(long value, int width)
    {
        for (var i = width - 1; i >= 0; i--, value /= 10) _to[Length + i] = (byte)('0' + value % 10);
        Length += width;
    }
}
