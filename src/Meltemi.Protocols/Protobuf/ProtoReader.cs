using System.Buffers.Binary;

namespace Meltemi.Protocols.Protobuf;

/// <summary>
/// Reads a protobuf message field by field, without a schema: <c>(varint number &lt;&lt; 3 | type, value)*</c>. Groups, which proto3 does not have,
/// are broken to it.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes, int start, int end)
{
    public const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly ReadOnlySpan<byte> _bytes = bytes[..end];
    private int _at = start;

    public readonly bool AtEnd => _at == _bytes.Length;

    /// <summary>Reads the next field; false if it is broken.</summary>
    public bool TryField(out ProtoField field)
    {
        field = default;
        var start = _at;
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > 0x1fff_ffff) return false;
        var value = _at;
        ulong number = 0;
        switch ((int)tag & 7)
        {
            case Varint:
                if (!TryVarint(out number)) return false;
                break;
            case Fixed64:
                if (!TryPass(8)) return false;
                break;
            case Fixed32:
                if (!TryPass(4)) return false;
                break;
            case Bytes:
                if (!TryVarint(out number)) return false;
                value = _at;
                if (number > int.MaxValue || !TryPass((int)number)) return false;
                break;
            default:
                return false;
        }

        field = new((int)(tag >> 3), (int)tag & 7, start, value, _at, number);
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (AtEnd) return false;
            var b = _bytes[_at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return true;
        }

        return false;
    }

    private bool TryPass(int length)
    {
        if (length > _bytes.Length - _at) return false;
        _at += length;
        return true;
    }
}

/// <summary>A field of a message.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Type">Its wire type.</param>
/// <param name="Start">Where its tag begins.</param>
/// <param name="Value">Where its value begins: of bytes, behind their length.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Varint">The value of a varint.</param>
internal readonly record struct ProtoField(int Number, int Type, int Start, int Value, int End, ulong Varint)
{
    public bool IsBytes => Type == ProtoReader.Bytes;

    public bool IsVarint => Type == ProtoReader.Varint;

    public int Length => End - Value;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> message) => message[Value..End];
}
