namespace Meltemi.Protocols.Thrift;

/// <summary>What has to be known of a protocol to step over its values.</summary>
internal interface IThriftWire
{
    /// <summary>Reads a field's header. Type 0 ends the struct.</summary>
    /// <param name="cursor">Where the header starts.</param>
    /// <param name="field">Number of the field before, 0 at the struct's start; becomes this field's number.</param>
    /// <param name="type">The protocol's own type number.</param>
    static abstract bool Field(ref WireCursor cursor, ref int field, out byte type);

    /// <summary>Bytes of a value, or how to find its end.</summary>
    /// <param name="type">The protocol's own type number.</param>
    /// <param name="inField">The value is a field's, not an element's.</param>
    /// <param name="version">The protocol's version.</param>
    static abstract int Shape(byte type, bool inField, byte version);

    /// <summary>Reads the length of a string.</summary>
    static abstract bool Length(ref WireCursor cursor, out int length);

    /// <summary>Reads the head of a list or set.</summary>
    static abstract bool List(ref WireCursor cursor, out byte type, out int count);

    /// <summary>Reads the head of a map.</summary>
    static abstract bool Map(ref WireCursor cursor, out byte key, out byte value, out int count);
}

/// <summary>The shapes of values whose size does not follow from their type.</summary>
internal static class WireShape
{
    public const int Varint = -1;
    public const int String = -2;
    public const int Struct = -3;
    public const int List = -4;
    public const int Map = -5;
    public const int Unknown = -6;
}
