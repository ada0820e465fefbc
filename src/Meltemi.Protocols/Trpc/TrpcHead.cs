using System.Buffers.Binary;

namespace Meltemi.Protocols.Trpc;

/// <summary>
/// The 16 bytes before every tRPC frame, big-endian (docs/en/trpc_protocol_design.md of trpc-group/trpc):
/// <code>u16 0x0930 | u8 frame type | u8 stream frame type | u32 length of all | u16 head length | u32 id | u8 version | u8 reserved</code>
/// A unary frame goes on with its head, a protobuf message, and the body. Its id stands in the head too; older libraries leave it 0 here.
/// A stream's frame goes on with a meta (a protobuf message) or data; its id stands here only.
/// </summary>
internal static class TrpcHead
{
    public const int Size = 16;
    public const byte Magic0 = 0x09, Magic1 = 0x30;

    public const byte Unary = 0, Stream = 1;
    public const byte Init = 1, Data = 2, Feedback = 3, Close = 4;

    private const int LengthAt = 4, HeadLengthAt = 8, IdAt = 10;

    public static bool IsStream(ReadOnlySpan<byte> frame) => frame[2] == Stream;

    public static byte StreamType(ReadOnlySpan<byte> frame) => frame[3];

    public static uint Length(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32BigEndian(frame[LengthAt..]);

    public static int HeadLength(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[HeadLengthAt..]);

    public static uint Id(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32BigEndian(frame[IdAt..]);

    public static void WriteLength(Span<byte> frame, int length) => BinaryPrimitives.WriteInt32BigEndian(frame[LengthAt..], length);

    public static void WriteHeadLength(Span<byte> frame, int length) => BinaryPrimitives.WriteUInt16BigEndian(frame[HeadLengthAt..], (ushort)length);

    public static void WriteId(Span<byte> frame, uint id) => BinaryPrimitives.WriteUInt32BigEndian(frame[IdAt..], id);

    /// <summary>Reserves the head of a frame whose lengths are written later.</summary>
    public static void Write(ref SpanWriter writer, byte type, byte streamType, uint id)
    {
        var head = writer.Reserve(Size);
        head.Clear();
        head[0] = Magic0;
        head[1] = Magic1;
        head[2] = type;
        head[3] = streamType;
        WriteId(head, id);
    }
}
