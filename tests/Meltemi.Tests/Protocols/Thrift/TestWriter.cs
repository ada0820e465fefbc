using System.Buffers.Binary;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Types by their numbers in the binary protocol.</summary>
internal enum TestType : byte
{
    Bool = 2,
    Byte = 3,
    Double = 4,
    I16 = 6,
    I32 = 8,
    I64 = 10,
    String = 11,
    Struct = 12,
    Map = 13,
    Set = 14,
    List = 15,
    Uuid = 16,
}

/// <summary>
/// Writes values in the binary or the compact protocol, from the specification and apart from the codec. Field numbers are given
/// as distances.
/// </summary>
internal sealed class TestWriter(bool compact)
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public TestWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public TestWriter Call(string name = "m", int id = 1)
    {
        if (!compact) return Raw(0x80, 1, 0, 1).String(name).I32(id);
        Raw(0x82, 0x21);
        return Varint((ulong)id).String(name);
    }

    /// <summary>A field's header. In compact a bool's value is part of it.</summary>
    public TestWriter Field(TestType type, ref int number, int distance, bool value = false)
    {
        number += distance;
        if (!compact) return Raw((byte)type).I16((short)number);
        var head = type == TestType.Bool ? (value ? 1 : 2) : Compact(type);
        return distance is > 0 and <= 15 ? Raw((byte)((distance << 4) | head)) : Raw((byte)head).Varint(ZigZag(number));
    }

    public TestWriter Stop() => Raw(0);

    public TestWriter List(TestType type, int count)
    {
        if (!compact) return Raw((byte)type).Int(count);
        return count < 15 ? Raw((byte)((count << 4) | Compact(type))) : Raw((byte)(0xf0 | Compact(type))).Varint((ulong)count);
    }

    public TestWriter Map(TestType key, TestType value, int count)
    {
        if (!compact) return Raw((byte)key, (byte)value).Int(count);
        Varint((ulong)count);
        return count == 0 ? this : Raw((byte)((Compact(key) << 4) | Compact(value)));
    }

    public TestWriter I16(short value) => compact ? Varint(ZigZag(value)) : Raw((byte)(value >> 8), (byte)value);

    public TestWriter I32(int value) => compact ? Varint(ZigZag(value)) : Int(value);

    public TestWriter I64(long value)
    {
        if (compact) return Varint(ZigZag(value));
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Raw(bytes);
    }

    public TestWriter String(string value)
    {
        var bytes = Wire.Bytes(value);
        if (compact) Varint((ulong)bytes.Length);
        else Int(bytes.Length);
        return Raw(bytes);
    }

    public TestWriter Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
        return this;
    }

    private TestWriter Int(int value) => Raw((byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value);

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static int Compact(TestType type) => type switch
    {
        TestType.Bool => 1,
        TestType.Byte => 3,
        TestType.I16 => 4,
        TestType.I32 => 5,
        TestType.I64 => 6,
        TestType.Double => 7,
        TestType.String => 8,
        TestType.List => 9,
        TestType.Set => 10,
        TestType.Map => 11,
        TestType.Struct => 12,
        _ => 13,
    };
}
