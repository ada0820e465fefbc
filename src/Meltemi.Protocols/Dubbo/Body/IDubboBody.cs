namespace Meltemi.Protocols.Dubbo.Body;

/// <summary>
/// A body in one of the serializations that we read: values one after the other. Readers are ref structs over the whole message, so that
/// offsets are the message's. Whatever the bytes are, a reader says no at worst: it neither throws nor leaves the message.
/// </summary>
internal interface IDubboBody
{
    /// <summary>Offset of the next value in the message.</summary>
    int Position { get; }

    /// <summary>Offset of the key that was read last.</summary>
    int KeyPosition { get; }

    /// <summary>
    /// Whether a value whose meaning hangs on its place among the others was passed: one that later values may refer to, or that refers
    /// to earlier ones. The caller clears it.
    /// </summary>
    bool PlaceMatters { get; set; }

    /// <summary>Reads a text or null; false for anything else, and then a number can still be read.</summary>
    bool TryReadText(out BodyText text);

    /// <summary>Reads a number.</summary>
    bool TryReadNumber(out int number);

    /// <summary>Passes one value of any type.</summary>
    bool TrySkip();

    /// <summary>Enters the map that comes next.</summary>
    MapStart ReadMapStart();

    /// <summary>Goes to the next pair of the map. A key that is not a text is a null text.</summary>
    MapStep ReadKey(out BodyText key);

    /// <summary>Reads the value of a pair, or passes it.</summary>
    bool TryReadValue(out BodyValue value);

    /// <summary>Writes a text that is not plain as UTF-8, never more than <see cref="BodyText.Length"/> bytes; returns how many.</summary>
    int Decode(BodyText text, Span<byte> to);
}

/// <summary>What stands where a map may stand.</summary>
internal enum MapStart : byte
{
    /// <summary>The body ends here.</summary>
    Absent,

    /// <summary>A null, which has been passed.</summary>
    Null,

    /// <summary>A map, which has been entered.</summary>
    Open,

    /// <summary>Something else, or broken.</summary>
    NoMap,
}

/// <summary>Answer of <see cref="IDubboBody.ReadKey"/>.</summary>
internal enum MapStep : byte
{
    /// <summary>A pair; its value is next.</summary>
    Pair,

    /// <summary>The map's end has been passed.</summary>
    End,

    /// <summary>Broken.</summary>
    Broken,
}
