using System.Buffers.Binary;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Parts;

/// <summary>Walks the fields of a protobuf message; groups are malformed.</summary>
internal ref struct ProtobufWalk(ReadOnlySpan<byte> message, int start, int length)
{
    public const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _end = start + length;
    private int _at = start;

    /// <summary>Where the tag stands.</summary>
    public int Start { get; private set; }

    /// <summary>Where the value ends.</summary>
    public readonly int End => _at;

    public int FieldNumber { get; private set; }

    public int WireType { get; private set; }

    /// <summary>Where the value's bytes stand; of texts and messages those behind the length.</summary>
    public int ValueAt { get; private set; }

    public int ValueLength { get; private set; }

    /// <summary>The value, unless it is a text or message.</summary>
    public long Value { get; private set; }

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
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > 0x1fff_ffff) return false;
        FieldNumber = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        ValueAt = _at;
        switch (WireType)
        {
            case Varint:
                if (!TryVarint(out var value)) return false;
                Value = (long)value;
                break;
            case Fixed32:
                if (_end - _at < 4) return false;
                Value = BinaryPrimitives.ReadUInt32LittleEndian(_message[_at..]);
                _at += 4;
                break;
            case Fixed64:
                if (_end - _at < 8) return false;
                Value = BinaryPrimitives.ReadInt64LittleEndian(_message[_at..]);
                _at += 8;
                break;
            case Bytes:
                if (!TryVarint(out var length) || length > (ulong)(_end - _at)) return false;
                ValueAt = _at;
                _at += (int)length;
                break;
            default:
                return false;
        }

        ValueLength = _at - ValueAt;
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        var used = NumberForms.TryRead(NumberForm.Varint, _message[_at.._end], out var read);
        value = (ulong)read;
        if (used <= 0) return false;
        _at += used;
        return true;
    }
}
