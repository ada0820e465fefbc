namespace Meltemi.Protocols;

/// <summary>Writes to a span whose size was reckoned before.</summary>
internal ref struct SpanWriter(Span<byte> to)
{
    private readonly Span<byte> _to = to;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public readonly Span<byte> Written => _to[..Length];

    /// <summary>What is not written yet.</summary>
    public readonly Span<byte> Rest => _to[Length..];

    public void Write(byte value) => _to[Length++] = value;

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_to[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Leaves room that is written later.</summary>
    public Span<byte> Reserve(int length)
    {
        var room = _to.Slice(Length, length);
        Length += length;
        return room;
    }
}
