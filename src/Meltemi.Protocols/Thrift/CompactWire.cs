namespace Meltemi.Protocols.Thrift;

/// <summary>Values of the compact protocol.</summary>
internal readonly struct CompactWire : IThriftWire
{
    public const byte I32 = 5;
    public const byte Binary = 8;

    /// <summary>Version of fbthrift, where type 13 is a float; it is a uuid in Apache's.</summary>
    private const byte FloatVersion = 2;

    // One byte, number's distance to the one before (4 bits) and type; with distance 0 the number follows in full.
    public static bool Field(ref WireCursor cursor, ref int field, out byte type)
    {
        type = 0;
        if (!cursor.Byte(out var head)) return false;
        type = (byte)(head & 0xf);
        if (type == 0) return true;
        if (head > 0xf)
        {
            field += head >> 4;
            return true;
        }

        return cursor.ZigZag(out field);
    }

    public static int Shape(byte type, bool inField, byte version) => type switch
    {
        1 or 2 => inField ? 0 : 1, // bool: a field's value is its type
        3 => 1, // byte
        4 or I32 or 6 => WireShape.Varint, // i16, i32, i64
        7 => 8, // double
        Binary => WireShape.String,
        9 or 10 => WireShape.List, // list, set
        11 => WireShape.Map,
        12 => WireShape.Struct,
        13 => version == FloatVersion ? 4 : 16,
        _ => WireShape.Unknown,
    };

    public static bool Length(ref WireCursor cursor, out int length) => cursor.Size(out length);

    // Count (4 bits) and type; a count of 15 or more follows in full.
    public static bool List(ref WireCursor cursor, out byte type, out int count)
    {
        count = 0;
        type = 0;
        if (!cursor.Byte(out var head)) return false;
        type = (byte)(head & 0xf);
        count = head >> 4;
        return count < 15 || cursor.Size(out count);
    }

    // The count, then, unless that is 0, the types in one byte.
    public static bool Map(ref WireCursor cursor, out byte key, out byte value, out int count)
    {
        key = value = 0;
        if (!cursor.Size(out count)) return false;
        if (count == 0) return true;
        if (!cursor.Byte(out var types)) return false;
        key = (byte)(types >> 4);
        value = (byte)(types & 0xf);
        return true;
    }
}
