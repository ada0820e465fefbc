namespace Meltemi.Protocols.Thrift;

/// <summary>Values of the binary protocol, old and new.</summary>
internal readonly struct BinaryWire : IThriftWire
{
    public const byte String = 11;
    public const byte I32 = 8;

    public static bool Field(ref WireCursor cursor, ref int field, out byte type)
    {
        if (!cursor.Byte(out type) || type == 0) return !cursor.Failed;
        var there = cursor.Int16(out var number);
        field = number;
        return there;
    }

    public static int Shape(byte type, bool inField, byte version) => type switch
    {
        2 or 3 => 1, // bool, byte
        4 or 10 => 8, // double, i64
        6 => 2, // i16
        I32 => 4,
        String => WireShape.String,
        12 => WireShape.Struct,
        13 => WireShape.Map,
        14 or 15 => WireShape.List, // set, list
        16 => 16, // uuid
        19 => 4, // float, only of fbthrift
        _ => WireShape.Unknown,
    };

    public static bool Length(ref WireCursor cursor, out int length) =>
        cursor.Int32(out length) && (length >= 0 || cursor.Fail("thrift: a negative length"));

    public static bool List(ref WireCursor cursor, out byte type, out int count)
    {
        count = 0;
        return cursor.Byte(out type) && Length(ref cursor, out count);
    }

    public static bool Map(ref WireCursor cursor, out byte key, out byte value, out int count)
    {
        value = 0;
        count = 0;
        return cursor.Byte(out key) && cursor.Byte(out value) && Length(ref cursor, out count);
    }
}
