using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// Messages about the connection: heartbeats, whose body is a null, and "read-only", the text <c>R</c>, by which a server that goes away
/// asks for no more requests. Other events (Dubbo 3 has <c>W</c>, "writeable again") mean nothing to a connection that is dropped
/// after <c>R</c>; they count as heartbeats, which end at the proxy and are answered if they ask for it.
/// </summary>
internal static class DubboEvents
{
    /// <summary>In serializations that we cannot write answers echo the heartbeat's body; a null is shorter than this in all.</summary>
    private const int MaxEcho = 64;

    /// <summary>
    /// Whether an event says "read-only". In serializations that we do not read it is told by the body's last byte and by the
    /// lack of the two-way flag, which heartbeats have.
    /// </summary>
    public static bool IsReadOnly(ReadOnlySpan<byte> message)
    {
        var body = message[DubboHeader.Size..];
        return DubboSerialization.Of(message) switch
        {
            DubboSerialization.Hessian2 => body.StartsWith("\x01R"u8),
            DubboSerialization.FastJson => body.StartsWith("\"R\""u8),
            _ => (message[2] & DubboHeader.TwoWay) == 0 && body.EndsWith("R"u8),
        };
    }

    public static void WriteHeartbeat(ulong id, IBufferWriter<byte> output) =>
        Write(DubboHeader.Request | DubboHeader.TwoWay | DubboHeader.Event | DubboSerialization.Hessian2, 0, id, "N"u8, output);

    /// <summary>
    /// Java's own server answers with one null. There are readers that take two (they read an event like a result: a type, then
    /// a value) and fail at the body's end; readers of one do not look further. So two are written.
    /// </summary>
    public static void WriteAnswer(ReadOnlySpan<byte> message, ulong id, IBufferWriter<byte> output)
    {
        if ((message[2] & DubboHeader.TwoWay) == 0) return;
        var serialization = DubboSerialization.Of(message);
        var echo = message[DubboHeader.Size..];
        var body = serialization switch
        {
            DubboSerialization.Hessian2 => "NN"u8,
            DubboSerialization.FastJson => "null\nnull\n"u8,
            _ => echo.Length <= MaxEcho ? echo : default,
        };
        Write((byte)(DubboHeader.Event | serialization), DubboStatus.Ok, id, body, output);
    }

    public static void WriteReadOnly(IBufferWriter<byte> output) =>
        Write(DubboHeader.Request | DubboHeader.Event | DubboSerialization.Hessian2, 0, 0, "\x01R"u8, output);

    private static void Write(byte flags, byte status, ulong id, ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        var length = DubboHeader.Size + body.Length;
        var message = output.GetSpan(length);
        DubboHeader.Write(message, flags, status, id, body.Length);
        body.CopyTo(message[DubboHeader.Size..]);
        output.Advance(length);
    }
}
