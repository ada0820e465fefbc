using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Bench.Lab.Protocols;

/// <summary>
/// SOFABolt, version 1: protocol code, type, u16 command, command's version, u32 id, codec; of requests an i32 time-out, of answers a u16 status; lengths
/// of class name (u16), header (u16) and content (u32); these three. The header is pairs of texts with i32 lengths. The content is the argument as it
/// is, as if it were coded in protobuf; of answers the checksum and the echo.
/// </summary>
internal readonly struct Bolt : IWireProtocol
{
    public const string Service = "org.meltemi.bench.EchoService";
    public const string Method = "echo";
    public const string User = "gold";

    private const byte V1 = 1;
    private const byte AnswerType = 0;
    private const byte RequestType = 1;
    private const byte Protobuf = 11;
    private const int IdAt = 5;
    private const int CodecAt = 9;
    private const int StatusAt = 10;
    private const int RequestLengthsAt = 14;
    private const int AnswerLengthsAt = 12;
    private const int LengthsSize = 8;

    private static ReadOnlySpan<byte> RequestClass => "com.alipay.sofa.rpc.core.request.SofaRequest"u8;

    private static ReadOnlySpan<byte> AnswerClass => "com.alipay.sofa.rpc.core.response.SofaResponse"u8;

    // Protocol code, type, command, the command's version.
    private static ReadOnlySpan<byte> AnswerStart => [V1, AnswerType, 0, 2, 1];

    // A request's fixed fields; an answer is longer, with its class name.
    public static int HeaderSize => RequestLengthsAt + LengthsSize;

    public static long IdMask => 0xFFFFFFFF;

    public static int FrameLength(ReadOnlySpan<byte> header)
    {
        if (header[0] != V1 || header[1] > RequestType)
            return -1;
        var at = LengthsAt(header);
        var content = BinaryPrimitives.ReadUInt32BigEndian(header[(at + 4)..]);
        return content < IWireProtocol.MaxFrame ? HeadLength(header, at) + (int)content : -1;
    }

    public static RequestTemplate Template(int argumentLength, bool echo)
    {
        using var header = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var text in (string[])
            ["service", $"{Service}:1.0", "sofa_head_target_service", $"{Service}:1.0", "sofa_head_method_name", Method, "sofa_head_target_app", "bench", "user", User])
        {
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            header.Write(length);
            header.Write(Encoding.ASCII.GetBytes(text));
        }
        var argumentOffset = HeaderSize + RequestClass.Length + (int)header.Length;
        var frame = new byte[argumentOffset + argumentLength];
        WriteHead(frame, RequestType, RequestLengthsAt, RequestClass, (int)header.Length, argumentLength);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(StatusAt), 3000); // the time-out, in the place of the status
        header.ToArray().CopyTo(frame, HeaderSize + RequestClass.Length);
        Filler.Text(argumentLength, echo).CopyTo(frame, argumentOffset);
        return new RequestTemplate(frame, argumentOffset, argumentLength, uniqueOffset: 0, echo);
    }

    public static long ReadId(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32BigEndian(frame[IdAt..]);

    public static void WriteId(Span<byte> frame, long id) => BinaryPrimitives.WriteUInt32BigEndian(frame[IdAt..], (uint)id);

    public static int WriteAnswer(ReadOnlySpan<byte> request, Span<byte> target)
    {
        if (request[1] != RequestType || !request[HeaderSize..].StartsWith(RequestClass))
            return -1;
        var argument = request[HeadLength(request, RequestLengthsAt)..];
        var echo = Filler.WantsEcho(argument);
        var contentAt = AnswerLengthsAt + LengthsSize + AnswerClass.Length;
        var length = Letters.Size + (echo ? argument.Length : 0);
        if (echo)
            argument.CopyTo(target[(contentAt + Letters.Size)..]);
        Letters.Write(target[contentAt..], Checksum.Of(argument));
        WriteHead(target, AnswerType, AnswerLengthsAt, AnswerClass, 0, length);
        BinaryPrimitives.WriteUInt16BigEndian(target[StatusAt..], 0);
        WriteId(target, ReadId(request));
        return contentAt + length;
    }

    public static bool TryReadAnswer(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> checksum, out ReadOnlySpan<byte> echo)
    {
        checksum = echo = default;
        if (!frame.StartsWith(AnswerStart)
            || frame[CodecAt] != Protobuf
            || BinaryPrimitives.ReadUInt16BigEndian(frame[StatusAt..]) != 0
            || BinaryPrimitives.ReadUInt16BigEndian(frame[AnswerLengthsAt..]) != AnswerClass.Length
            || BinaryPrimitives.ReadUInt16BigEndian(frame[(AnswerLengthsAt + 2)..]) != 0
            || !frame[(AnswerLengthsAt + LengthsSize)..].StartsWith(AnswerClass))
        {
            return false;
        }
        var content = frame[HeadLength(frame, AnswerLengthsAt)..];
        if (content.Length < Letters.Size)
            return false;
        checksum = content[..Letters.Size];
        echo = content[Letters.Size..];
        return true;
    }

    public static string Explain(ReadOnlySpan<byte> frame) =>
        $"type {frame[1]}, status {BinaryPrimitives.ReadUInt16BigEndian(frame[StatusAt..])}: " + Encoding.Latin1.GetString(frame[20..Math.Min(frame.Length, 300)]);

    private static int LengthsAt(ReadOnlySpan<byte> frame) => frame[1] == AnswerType ? AnswerLengthsAt : RequestLengthsAt;

    /// <summary>Bytes before the content.</summary>
    private static int HeadLength(ReadOnlySpan<byte> frame, int at) =>
        at + LengthsSize + BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) + BinaryPrimitives.ReadUInt16BigEndian(frame[(at + 2)..]);

    private static void WriteHead(Span<byte> frame, byte type, int at, ReadOnlySpan<byte> className, int headerLength, int contentLength)
    {
        frame[0] = V1;
        frame[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)(type == RequestType ? 1 : 2));
        frame[4] = 1;
        frame[CodecAt] = Protobuf;
        BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)className.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame[(at + 2)..], (ushort)headerLength);
        BinaryPrimitives.WriteInt32BigEndian(frame[(at + 4)..], contentLength);
        className.CopyTo(frame[(at + LengthsSize)..]);
    }
}
