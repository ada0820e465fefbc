using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Parts;

/// <summary>Walks tags, lengths and values. A field that ends within one is malformed.</summary>
internal ref struct TlvWalk(TlvFormat format, ReadOnlySpan<byte> message, int start, int length)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _end = start + length;
    private int _at = start;

    /// <summary>Where the tag stands.</summary>
    public int Start { get; private set; }

    /// <summary>Where the value ends.</summary>
    public readonly int End => _at;

    public long Tag { get; private set; }

    public int ValueAt { get; private set; }

    public int ValueLength { get; private set; }

    public bool Malformed { get; private set; }

    public bool Next()
    {
        Start = _at;
        if (_at == _end || Malformed) return false;
        Malformed = !TryNext();
        return !Malformed;
    }

    private bool TryNext()
    {
        var tagSize = NumberForms.TryRead(format.Tag, _message[_at.._end], out var tag);
        if (tagSize <= 0) return false;
        var lengthSize = NumberForms.TryRead(format.Length, _message[(_at + tagSize).._end], out var length);
        if (lengthSize <= 0) return false;
        if (format.CountsAll) length -= tagSize + lengthSize;
        var at = _at + tagSize + lengthSize;
        if (length < 0 || length > _end - at) return false;
        (Tag, ValueAt, ValueLength) = (tag, at, (int)length);
        _at = at + ValueLength;
        return true;
    }
}
