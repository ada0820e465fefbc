namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Walks the key-value pairs of a THeader: info blocks of kind 1, each a count and that many pairs of strings. Kind 0 is padding;
/// at another kind the walk ends, since nothing says how long such a block is.
/// </summary>
internal ref struct ThriftHeaderPairs(ReadOnlySpan<byte> message, in ThriftHeader header)
{
    public const byte KeyValueBlock = 1;

    private readonly ReadOnlySpan<byte> _bytes = message[..header.PayloadOffset];
    private WireCursor _cursor = new(message[..header.PayloadOffset], header.InfoOffset);
    private int _left;

    /// <summary>Whether the walk ended because a block is broken.</summary>
    public bool Malformed { get; private set; }

    /// <summary>After the walk: where it ended, at padding or a block that we do not know.</summary>
    public int RestOffset { get; private set; }

    public Range Key { get; private set; }

    public Range Value { get; private set; }

    public bool Next()
    {
        while (_left == 0)
        {
            RestOffset = _cursor.Position;
            if (_cursor.Remaining == 0) return false;
            if (!_cursor.Varint(out var kind)) return Broken();
            if (kind != KeyValueBlock) return false;
            if (!_cursor.Size(out _left) || _left > _cursor.Remaining / 2) return Broken();
        }

        _left--;
        if (!Text(out var key) || !Text(out var value)) return Broken();
        Key = key;
        Value = value;
        return true;
    }

    private bool Text(out Range range)
    {
        range = default;
        if (!_cursor.Size(out var length) || !_cursor.Skip(length)) return false;
        range = new(_cursor.Position - length, _cursor.Position);
        return true;
    }

    private bool Broken()
    {
        Malformed = true;
        return false;
    }
}
