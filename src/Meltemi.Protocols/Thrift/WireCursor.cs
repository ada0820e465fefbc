using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Reads forward through bytes. Each step says false when it cannot go on; <see cref="Failure"/> then says whether more bytes
/// would help or the message is broken. After a false the cursor is not to be used again.
/// </summary>
internal ref struct WireCursor(ReadOnlySpan<byte> bytes, int position)
{
    private int _needed;
    private string? _error;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public int Position { get; private set; } = position;

    public readonly int Remaining => Bytes.Length - Position;

    /// <summary>Whether a step has said false.</summary>
    public readonly bool Failed => _needed > 0 || _error is not null;

    public readonly Decoded Failure => _error is null ? Decoded.Need(_needed) : Decoded.Malformed(_error);

    /// <summary>The failure where the bytes are known to be all there are.</summary>
    public readonly Decoded FailureAtEnd => Decoded.Malformed(_error ?? "thrift: the message is longer than its frame");

    public bool Fail(string reason)
    {
        _error = reason;
        return false;
    }

    public bool Has(int count)
    {
        if (count <= Remaining) return true;
        _needed = (int)Math.Min((long)Position + count, int.MaxValue);
        return false;
    }

    public bool Skip(int count)
    {
        if (!Has(count)) return false;
        Position += count;
        return true;
    }

    public bool Byte(out byte value)
    {
        value = 0;
        if (!Has(1)) return false;
        value = Bytes[Position++];
        return true;
    }

    public bool Int16(out short value)
    {
        value = 0;
        if (!Has(2)) return false;
        value = BinaryPrimitives.ReadInt16BigEndian(Bytes[Position..]);
        Position += 2;
        return true;
    }

    public bool Int32(out int value)
    {
        value = 0;
        if (!Has(4)) return false;
        value = BinaryPrimitives.ReadInt32BigEndian(Bytes[Position..]);
        Position += 4;
        return true;
    }

    /// <summary>An unsigned number of up to 32 bits, 7 bits a byte, least significant first.</summary>
    public bool Varint(out uint value)
    {
        value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (!Byte(out var b)) return false;
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80) return shift < 28 || b < 0x10 || Fail("thrift: a number has more than 32 bits");
        }

        return Fail("thrift: a number has more than 32 bits");
    }

    /// <summary>A signed number: 0, -1, 1, -2, ... are written as 0, 1, 2, 3, ...</summary>
    public bool ZigZag(out int value)
    {
        var there = Varint(out var raw);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return there;
    }

    /// <summary>Steps over a number of up to 64 bits: at most ten bytes.</summary>
    public bool SkipVarint()
    {
        for (var i = 0; i < 10; i++)
        {
            if (!Byte(out var b)) return false;
            if (b < 0x80) return true;
        }

        return Fail("thrift: a number has more than 64 bits");
    }

    /// <summary>A length or count as an unsigned number that has to fit an int.</summary>
    public bool Size(out int value)
    {
        var there = Varint(out var size);
        value = (int)size;
        return there && (value >= 0 || Fail("thrift: a negative length"));
    }
}
