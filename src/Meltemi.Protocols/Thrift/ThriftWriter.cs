using System.Buffers.Binary;

namespace Meltemi.Protocols.Thrift;

/// <summary>Writes forward into a span that the caller has made large enough.</summary>
internal ref struct ThriftWriter(Span<byte> target)
{
    /// <summary>Longest <see cref="Varint"/>, in bytes.</summary>
    public const int MaxVarint = 5;

    private readonly Span<byte> _target = target;

    public int Position { get; private set; }

    public void Byte(int value) => _target[Position++] = (byte)value;

    public void Int16(int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_target[Position..], (short)value);
        Position += 2;
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_target[Position..], value);
        Position += 4;
    }

    public void Varint(uint value)
    {
        for (; value >= 0x80; value >>= 7) Byte((int)value | 0x80);
        Byte((int)value);
    }

    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(_target[Position..]);
        Position += value.Length;
    }

    /// <summary>A string as the compact protocol and the THeader write it.</summary>
    public void ShortText(scoped ReadOnlySpan<byte> value)
    {
        Varint((uint)value.Length);
        Bytes(value);
    }

    /// <summary>A string as the binary protocol writes it.</summary>
    public void LongText(scoped ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        Bytes(value);
    }

    public readonly void Int32At(int position, int value) => BinaryPrimitives.WriteInt32BigEndian(_target[position..], value);

    public readonly void UInt16At(int position, int value) => BinaryPrimitives.WriteUInt16BigEndian(_target[position..], (ushort)value);

    /// <summary>Bytes that <see cref="Varint"/> writes.</summary>
    public static int VarintBytes(uint value) => (38 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7;
}
