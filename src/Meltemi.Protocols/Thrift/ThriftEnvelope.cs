using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// What stands before a message's struct.
/// <code>
/// binary      80 01 00 type | i32 length, name | i32 seqid
/// binary-old  i32 length, name | type | i32 seqid
/// compact     82 | type (3 bits) version (5 bits) | varint seqid | varint length, name
/// </code>
/// </summary>
internal readonly struct ThriftEnvelope
{
    /// <summary>Longest method name, service included. Far above what generators make; bounds what an unframed message may cost.</summary>
    public const int MaxNameBytes = 4096;

    private const uint VersionMask = 0xffff0000;
    private const uint Version1 = 0x80010000;
    private const byte CompactId = 0x82;

    public ThriftMessageType Type { get; private init; }

    public int NameOffset { get; private init; }

    public int NameLength { get; private init; }

    public int Id { get; private init; }

    public int IdOffset { get; private init; }

    /// <summary>4, in compact 1 to 5.</summary>
    public int IdLength { get; private init; }

    /// <summary>Where the struct starts.</summary>
    public int BodyOffset { get; private init; }

    /// <summary>Version of the compact protocol; 2 is fbthrift's, which has a type of its own for floats.</summary>
    public byte CompactVersion { get; private init; }

    public static bool IsBinary(byte first, byte second) => first == 0x80 && second == 0x01;

    public static bool IsCompact(byte first, byte second) => first == CompactId && (second & 0x1f) is 1 or 2;

    /// <summary>Reads an envelope at the cursor, and leaves the cursor at the struct.</summary>
    public static bool Read(ref WireCursor cursor, ThriftProtocol protocol, out ThriftEnvelope envelope) => protocol switch
    {
        ThriftProtocol.Binary => ReadBinary(ref cursor, out envelope),
        ThriftProtocol.BinaryOld => ReadBinaryOld(ref cursor, out envelope),
        _ => ReadCompact(ref cursor, out envelope),
    };

    /// <summary>Reads it again, of a message that <see cref="ThriftDecoder"/> has accepted.</summary>
    public static ThriftEnvelope Again(ReadOnlySpan<byte> message, in Frame frame)
    {
        var cursor = new WireCursor(message, frame.Mark0);
        Read(ref cursor, ThriftDialect.Of(frame.Variant).Protocol, out var envelope);
        return envelope;
    }

    private static bool ReadBinary(ref WireCursor cursor, out ThriftEnvelope envelope)
    {
        envelope = default;
        if (!cursor.Int32(out var word)) return false;
        if (((uint)word & VersionMask) != Version1) return cursor.Fail("thrift: not a version of the binary protocol");
        if (!cursor.Int32(out var length) || !Name(ref cursor, length, out var name) || !cursor.Int32(out var id)) return false;
        envelope = new()
        {
            Type = (ThriftMessageType)(word & 0xff),
            NameOffset = name,
            NameLength = length,
            Id = id,
            IdOffset = cursor.Position - 4,
            IdLength = 4,
            BodyOffset = cursor.Position,
        };
        return true;
    }

    private static bool ReadBinaryOld(ref WireCursor cursor, out ThriftEnvelope envelope)
    {
        envelope = default;
        if (!cursor.Int32(out var length) || !Name(ref cursor, length, out var name)) return false;
        if (!cursor.Byte(out var type) || !cursor.Int32(out var id)) return false;
        envelope = new()
        {
            Type = (ThriftMessageType)type,
            NameOffset = name,
            NameLength = length,
            Id = id,
            IdOffset = cursor.Position - 4,
            IdLength = 4,
            BodyOffset = cursor.Position,
        };
        return true;
    }

    private static bool ReadCompact(ref WireCursor cursor, out ThriftEnvelope envelope)
    {
        envelope = default;
        if (!cursor.Byte(out var first) || !cursor.Byte(out var second)) return false;
        if (!IsCompact(first, second)) return cursor.Fail("thrift: not a version of the compact protocol");
        var idOffset = cursor.Position;
        if (!cursor.Varint(out var id)) return false;
        var idLength = cursor.Position - idOffset;
        if (!cursor.Size(out var length) || !Name(ref cursor, length, out var name)) return false;
        envelope = new()
        {
            Type = (ThriftMessageType)(second >> 5),
            NameOffset = name,
            NameLength = length,
            Id = (int)id,
            IdOffset = idOffset,
            IdLength = idLength,
            BodyOffset = cursor.Position,
            CompactVersion = (byte)(second & 0x1f),
        };
        return true;
    }

    private static bool Name(ref WireCursor cursor, int length, out int offset)
    {
        offset = cursor.Position;
        if ((uint)length > MaxNameBytes) return cursor.Fail("thrift: the method name is too long");
        return cursor.Skip(length);
    }
}

/// <summary>Message types on the wire.</summary>
internal enum ThriftMessageType : byte
{
    Call = 1,
    Reply = 2,
    Exception = 3,
    OneWay = 4,
}
