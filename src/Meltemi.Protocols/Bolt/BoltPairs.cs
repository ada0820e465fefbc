using System.Buffers.Binary;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// Walks the header block, as SOFARPC's SimpleMapSerializer writes it: <c>(i32 length, key, i32 length, value)*</c>; a length of -1 is a
/// null. A block that ends within a pair is <see cref="Malformed"/>.
/// </summary>
internal ref struct BoltPairs(ReadOnlySpan<byte> message, int start, int length)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _end = start + length;
    private int _at = start;

    /// <summary>Where the pair's bytes begin and end.</summary>
    public int PairStart { get; private set; }

    public readonly int PairEnd => _at;

    public BoltText Key { get; private set; }

    public BoltText Value { get; private set; }

    public bool Malformed { get; private set; }

    public bool Next()
    {
        PairStart = _at;
        if (_at == _end || Malformed) return false;
        if (!TryRead(out var key) || !TryRead(out var value))
        {
            Malformed = true;
            return false;
        }

        (Key, Value) = (key, value);
        return true;
    }

    private bool TryRead(out BoltText text)
    {
        text = default;
        if (_end - _at < 4) return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(_message[_at..]);
        _at += 4;
        text = new(_at, length);
        if (length < 0) return length == -1;
        if (length > _end - _at) return false;
        _at += length;
        return true;
    }
}

/// <summary>Where a text stands in a message; of a negative length if it is null.</summary>
internal readonly record struct BoltText(int Offset, int Length)
{
    public bool IsNull => Length < 0;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> message) => IsNull ? default : message.Slice(Offset, Length);
}
