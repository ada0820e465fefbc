using System.Buffers.Binary;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// The fixed part of a THeader frame (doc/specs/HeaderFormat.md of Apache Thrift):
/// <code>
///  0 i32 length of what follows   4 u16 0x0FFF   6 u16 flags   8 i32 seqid   12 u16 header size in 4-byte words
/// 14 varint protocol, varint number of transforms, varint each transform, info blocks, zeros up to a whole word; then the payload
/// </code>
/// </summary>
internal readonly struct ThriftHeader
{
    public const int FlagsOffset = 6;
    public const int IdOffset = 8;
    public const int WordsOffset = 12;
    public const int Start = 14;
    public const byte BinaryId = 0;
    public const byte CompactId = 2;

    public ushort Flags { get; private init; }

    public int Id { get; private init; }

    public uint ProtocolId { get; private init; }

    /// <summary>How many transforms (compressions) the payload went through; only 0 lets us look into it.</summary>
    public int Transforms { get; private init; }

    /// <summary>Where the info blocks start.</summary>
    public int InfoOffset { get; private init; }

    /// <summary>Where the message starts.</summary>
    public int PayloadOffset { get; private init; }

    /// <summary>Reads it from a whole frame; null or what is wrong.</summary>
    public static string? Read(ReadOnlySpan<byte> message, out ThriftHeader header)
    {
        header = default;
        if (message.Length < Start) return "thrift: the frame is too short for a header";
        var payload = Start + 4 * BinaryPrimitives.ReadUInt16BigEndian(message[WordsOffset..]);
        if (payload > message.Length) return "thrift: the header is longer than its frame";
        var cursor = new WireCursor(message[..payload], Start);
        if (!cursor.Varint(out var protocol) || !cursor.Size(out var transforms)) return "thrift: the header is cut off";
        if (transforms > cursor.Remaining) return "thrift: the header is cut off";
        for (var i = 0; i < transforms; i++)
        {
            if (!cursor.Varint(out _)) return "thrift: the header is cut off";
        }

        header = new()
        {
            Flags = BinaryPrimitives.ReadUInt16BigEndian(message[FlagsOffset..]),
            Id = BinaryPrimitives.ReadInt32BigEndian(message[IdOffset..]),
            ProtocolId = protocol,
            Transforms = transforms,
            InfoOffset = cursor.Position,
            PayloadOffset = payload,
        };
        return null;
    }
}
