using System.Buffers.Binary;

namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// The 16 bytes before every Dubbo 2 message, big-endian:
/// <c>u16 magic 0xdabb | u8 flags | u8 status (answers only) | u64 id | u32 body length</c>.
/// </summary>
internal static class DubboHeader
{
    public const int Size = 16;
    public const byte Magic0 = 0xda;
    public const byte Magic1 = 0xbb;

    /// <summary>Flag: a request, else an answer.</summary>
    public const byte Request = 0x80;

    /// <summary>Flag: the request wants an answer.</summary>
    public const byte TwoWay = 0x40;

    /// <summary>Flag: about the connection (heartbeat, read-only), not about a call.</summary>
    public const byte Event = 0x20;

    /// <summary>The other five bits: <see cref="DubboSerialization"/>.</summary>
    public const byte SerializationMask = 0x1f;

    public static ulong ReadId(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt64BigEndian(message[4..]);

    public static void WriteId(Span<byte> message, ulong id) => BinaryPrimitives.WriteUInt64BigEndian(message[4..], id);

    public static uint ReadBodyLength(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt32BigEndian(message[12..]);

    public static void WriteBodyLength(Span<byte> message, int length) => BinaryPrimitives.WriteInt32BigEndian(message[12..], length);

    public static void Write(Span<byte> to, byte flags, byte status, ulong id, int bodyLength)
    {
        to[0] = Magic0;
        to[1] = Magic1;
        to[2] = flags;
        to[3] = status;
        WriteId(to, id);
        WriteBodyLength(to, bodyLength);
    }
}
