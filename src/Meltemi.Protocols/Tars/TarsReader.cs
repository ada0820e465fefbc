using System.Buffers.Binary;

namespace Meltemi.Protocols.Tars;

/// <summary>
/// Reads forward through Tars fields. A field is a head, <c>tag &lt;&lt; 4 | type</c> (tag 15: the tag stands in a byte of its own behind it), and a
/// value; big-endian. Numbers are written as short as they can be, and read whatever their type. False: the bytes are broken.
/// </summary>
internal ref struct TarsReader(ReadOnlySpan<byte> bytes, int position)
{
    public const int Byte = 0, Short = 1, Int = 2, Long = 3, ShortText = 6, LongText = 7, Map = 8, List = 9, StructBegin = 10;
    public const int StructEnd = 11, Zero = 12, Bytes = 13;

    /// <summary>Containers inside each other; the packets themselves have one level.</summary>
    private const int MaxDepth = 8;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; } = position;

    public readonly bool AtEnd => Position == _bytes.Length;

    public bool TryHead(out int tag, out int type)
    {
        tag = type = 0;
        if (AtEnd) return false;
        var head = _bytes[Position++];
        tag = head >> 4;
        type = head & 0xf;
        if (tag < 15) return true;
        if (AtEnd) return false;
        tag = _bytes[Position++];
        return true;
    }

    /// <summary>A number of up to 32 bits, behind its head.</summary>
    public bool TryNumber(int type, out int value)
    {
        value = 0;
        var size = type switch { Zero => 0, Byte => 1, Short => 2, Int => 4, _ => -1 };
        if (size < 0 || size > _bytes.Length - Position) return false;
        var from = _bytes[Position..];
        value = type switch
        {
            Byte => (sbyte)from[0],
            Short => BinaryPrimitives.ReadInt16BigEndian(from),
            Int => BinaryPrimitives.ReadInt32BigEndian(from),
            _ => 0,
        };
        Position += size;
        return true;
    }

    /// <summary>A text, behind its head.</summary>
    public bool TryText(int type, out int offset, out int length)
    {
        offset = length = 0;
        var size = type switch { ShortText => 1, LongText => 4, _ => -1 };
        if (size < 0 || size > _bytes.Length - Position) return false;
        length = type == ShortText ? _bytes[Position] : BinaryPrimitives.ReadInt32BigEndian(_bytes[Position..]);
        Position += size;
        offset = Position;
        return TryPass(length);
    }

    /// <summary>A count or length with a head of its own.</summary>
    public bool TryCount(out int count)
    {
        count = 0;
        return TryHead(out _, out var type) && TryNumber(type, out count) && count >= 0;
    }

    /// <summary>The next pair of a map of texts: key with tag 0, value with tag 1.</summary>
    public bool TryPair(out TarsPair pair)
    {
        pair = default;
        var start = Position;
        if (!TryHead(out var tag, out var type) || tag != 0 || !TryText(type, out var keyAt, out var keyLength)) return false;
        if (!TryHead(out tag, out type) || tag != 1 || !TryText(type, out var valueAt, out var valueLength)) return false;
        pair = new(start, keyAt, keyLength, valueAt, valueLength);
        return true;
    }

    /// <summary>Passes a value, behind its head.</summary>
    public bool TrySkip(int type, int depth = 0)
    {
        switch (type)
        {
            case Zero or StructEnd:
                return true;
            case Byte:
                return TryPass(1);
            case Short:
                return TryPass(2);
            case Int or 4:
                return TryPass(4);
            case Long or 5:
                return TryPass(8);
            case ShortText or LongText:
                return TryText(type, out _, out _);
            case Bytes:
                return TryHead(out _, out var element) && element == Byte && TryCount(out var length) && TryPass(length);
            case Map or List:
                return depth < MaxDepth && TryCount(out var count) && TrySkipFields(type == Map ? 2L * count : count, depth + 1);
            case StructBegin:
                return depth < MaxDepth && TrySkipStruct(depth + 1);
            default:
                return false;
        }
    }

    private bool TrySkipFields(long count, int depth)
    {
        if (count > _bytes.Length - Position) return false;
        for (; count > 0; count--)
        {
            if (!TryHead(out _, out var type) || !TrySkip(type, depth)) return false;
        }

        return true;
    }

    private bool TrySkipStruct(int depth)
    {
        while (TryHead(out _, out var type))
        {
            if (type == StructEnd) return true;
            if (!TrySkip(type, depth)) return false;
        }

        return false;
    }

    private bool TryPass(int length)
    {
        if (length < 0 || length > _bytes.Length - Position) return false;
        Position += length;
        return true;
    }
}

/// <summary>A pair of a map of texts.</summary>
/// <param name="Start">Where its bytes begin; they end with the value.</param>
internal readonly record struct TarsPair(int Start, int KeyAt, int KeyLength, int ValueAt, int ValueLength)
{
    public int End => ValueAt + ValueLength;

    public ReadOnlySpan<byte> Key(ReadOnlySpan<byte> message) => message.Slice(KeyAt, KeyLength);
}
