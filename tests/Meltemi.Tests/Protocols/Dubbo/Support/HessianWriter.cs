using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Tests.Protocols.Dubbo.Support;

/// <summary>
/// A Hessian 2 encoder for tests, written from the specification and independent of the codec. Each method appends one value, or the
/// start of one, in exactly the form its name says.
/// </summary>
internal sealed class HessianWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public HessianWriter Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public HessianWriter Null() => Raw((byte)'N');

    public HessianWriter Bool(bool value) => Raw((byte)(value ? 'T' : 'F'));

    public HessianWriter Int(int value) => value switch
    {
        >= -16 and <= 47 => Raw((byte)(0x90 + value)),
        >= -2048 and <= 2047 => Raw((byte)(0xc8 + (value >> 8)), (byte)value),
        >= -262144 and <= 262143 => Raw((byte)(0xd4 + (value >> 16)), (byte)(value >> 8), (byte)value),
        _ => FullInt(value),
    };

    public HessianWriter FullInt(int value) => Raw((byte)'I').Big(value);

    public HessianWriter Long(long value) => value switch
    {
        >= -8 and <= 15 => Raw((byte)(0xe0 + value)),
        >= -2048 and <= 2047 => Raw((byte)(0xf8 + (value >> 8)), (byte)value),
        >= -262144 and <= 262143 => Raw((byte)(0x3c + (value >> 16)), (byte)(value >> 8), (byte)value),
        >= int.MinValue and <= int.MaxValue => Raw(0x59).Big((int)value),
        _ => FullLong(value),
    };

    public HessianWriter FullLong(long value) => Raw((byte)'L').Big(value);

    public HessianWriter Double(double value)
    {
        if (value == 0) return Raw(0x5b);
        if (value == 1) return Raw(0x5c);
        if (value == (sbyte)value) return Raw(0x5d, (byte)(sbyte)value);
        if (value == (short)value) return Raw(0x5e, (byte)((short)value >> 8), (byte)(short)value);
        var mills = (int)(value * 1000);
        if (mills * 0.001 == value) return Raw(0x5f).Big(mills);
        return FullDouble(value);
    }

    public HessianWriter FullDouble(double value) => Raw((byte)'D').Big(BitConverter.DoubleToInt64Bits(value));

    public HessianWriter DateMilliseconds(long value) => Raw(0x4a).Big(value);

    public HessianWriter DateMinutes(int value) => Raw(0x4b).Big(value);

    /// <summary>The shortest form of a text; pairs of surrogates as Java writes them, or as proper UTF-8.</summary>
    public HessianWriter Text(string value, bool properUtf8 = false) => value.Length switch
    {
        <= 31 => Raw((byte)value.Length).Characters(value, properUtf8),
        <= 1023 => Raw((byte)(0x30 + (value.Length >> 8)), (byte)value.Length).Characters(value, properUtf8),
        _ => Chunks(value, 0x8000, properUtf8),
    };

    /// <summary>A text in chunks of so many characters; chunks may part a surrogate pair.</summary>
    public HessianWriter Chunks(string value, int size, bool properUtf8 = false)
    {
        for (; value.Length > size; value = value[size..])
            Raw((byte)'R', (byte)(size >> 8), (byte)size).Characters(value[..size], properUtf8);
        return Raw((byte)'S', (byte)(value.Length >> 8), (byte)value.Length).Characters(value, properUtf8);
    }

    public HessianWriter Binary(byte[] value) => value.Length switch
    {
        <= 15 => Raw((byte)(0x20 + value.Length)).Raw(value),
        <= 1023 => Raw((byte)(0x34 + (value.Length >> 8)), (byte)value.Length).Raw(value),
        _ => BinaryChunks(value, 0x1000),
    };

    public HessianWriter BinaryChunks(byte[] value, int size)
    {
        for (; value.Length > size; value = value[size..]) Raw((byte)'A', (byte)(size >> 8), (byte)size).Raw(value[..size]);
        return Raw((byte)'B', (byte)(value.Length >> 8), (byte)value.Length).Raw(value);
    }

    /// <summary>Starts a typed list; so many values follow.</summary>
    public HessianWriter TypedList(string type, int count) => count <= 7
        ? Raw((byte)(0x70 + count)).Text(type)
        : Raw((byte)'V').Text(type).Int(count);

    /// <summary>Starts a list of an earlier type.</summary>
    public HessianWriter TypedList(int type, int count) => Raw((byte)'V').Int(type).Int(count);

    /// <summary>Starts an untyped list; so many values follow.</summary>
    public HessianWriter List(int count) => count <= 7 ? Raw((byte)(0x78 + count)) : Raw((byte)'X').Int(count);

    /// <summary>Starts a list that <see cref="End"/> ends.</summary>
    public HessianWriter OpenList(string? type) => type is null ? Raw((byte)'W') : Raw((byte)'U').Text(type);

    /// <summary>Starts a map that <see cref="End"/> ends.</summary>
    public HessianWriter Map(string? type = null) => type is null ? Raw((byte)'H') : Raw((byte)'M').Text(type);

    public HessianWriter End() => Raw((byte)'Z');

    public HessianWriter Class(string name, params string[] fields)
    {
        Raw((byte)'C').Text(name).Int(fields.Length);
        foreach (var field in fields) Text(field);
        return this;
    }

    /// <summary>Starts an object; the values of its fields follow.</summary>
    public HessianWriter Object(int definition) => definition <= 15 ? Raw((byte)(0x60 + definition)) : Raw((byte)'O').Int(definition);

    public HessianWriter LongObject(int definition) => Raw((byte)'O').Int(definition);

    public HessianWriter Reference(int index) => Raw((byte)'Q').Int(index);

    public HessianWriter TextMap(params (string Key, string Value)[] pairs)
    {
        Map();
        foreach (var (key, value) in pairs) Text(key).Text(value);
        return End();
    }

    private HessianWriter Characters(string value, bool properUtf8)
    {
        if (properUtf8) return Raw(Encoding.UTF8.GetBytes(value));
        foreach (var unit in value)
        {
            if (unit < 0x80) Raw((byte)unit);
            else if (unit < 0x800) Raw((byte)(0xc0 | unit >> 6), (byte)(0x80 | unit & 0x3f));
            else Raw((byte)(0xe0 | unit >> 12), (byte)(0x80 | unit >> 6 & 0x3f), (byte)(0x80 | unit & 0x3f));
        }

        return this;
    }

    private HessianWriter Big(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    private HessianWriter Big(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }
}
