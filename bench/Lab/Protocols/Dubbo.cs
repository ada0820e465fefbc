using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Bench.Lab.Protocols;

/// <summary>
/// Dubbo with Hessian 2. Header: magic dabb, flags, status, 8-byte id, 4-byte length of the body. A request's body is version, path,
/// service version, method, descriptor, arguments and the attachments' map; an answer's is a kind, the value and attachments.
/// </summary>
internal readonly struct Dubbo : IWireProtocol
{
    public const string Interface = "org.meltemi.bench.EchoService";
    public const string Method = "echo";
    public const string User = "gold";

    private const ushort Magic = 0xDABB;
    private const byte Request = 0xC2; // request, answer wanted, serialization 2
    private const byte Event = 0x20;
    private const byte Answer = 0x02;
    private const byte Ok = 20;
    private const byte ValueWithAttachments = 0x94; // the integer 4
    private const int IdAt = 4;
    private const int LengthAt = 12;
    private const int EchoAt = 4 + Letters.Size;

    private static ReadOnlySpan<byte> AnswerAttachments => "H\u0005dubbo\u00052.0.2Z"u8;

    public static int HeaderSize => 16;

    public static long IdMask => -1;

    public static int FrameLength(ReadOnlySpan<byte> header)
    {
        var body = BinaryPrimitives.ReadUInt32BigEndian(header[LengthAt..]);
        return BinaryPrimitives.ReadUInt16BigEndian(header) == Magic && body < IWireProtocol.MaxFrame ? HeaderSize + (int)body : -1;
    }

    public static RequestTemplate Template(int argumentLength, bool echo)
    {
        using var frame = new MemoryStream();
        frame.Write([Magic >> 8, Magic & 0xFF, Request, 0]);
        frame.Write(new byte[HeaderSize - 4]);
        foreach (var text in (string[])["2.0.2", Interface, "1.0.0", Method, "Ljava/lang/String;"])
            Hessian.Write(frame, text);
        var argumentOffset = (int)frame.Length;
        Hessian.Write(frame, Filler.Text(argumentLength, echo));
        var encodedLength = (int)frame.Length - argumentOffset;
        frame.WriteByte((byte)'H');
        foreach (var text in (string[])
            ["path", Interface, "interface", Interface, "version", "1.0.0", "group", "bench", "user", User, "timeout", "3000"])
        {
            Hessian.Write(frame, text);
        }
        frame.WriteByte((byte)'Z');
        var bytes = frame.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(LengthAt), bytes.Length - HeaderSize);
        return new RequestTemplate(bytes, argumentOffset, encodedLength, Hessian.HeaderSize(bytes[argumentOffset]), echo);
    }

    public static long ReadId(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt64BigEndian(frame[IdAt..]);

    public static void WriteId(Span<byte> frame, long id) => BinaryPrimitives.WriteInt64BigEndian(frame[IdAt..], id);

    public static int WriteAnswer(ReadOnlySpan<byte> request, Span<byte> target)
    {
        if ((request[2] & Event) != 0)
            return WriteHeader(request, Event | Answer, "N"u8, target);
        if (request[2] != Request)
            return -1;
        var body = request[HeaderSize..];
        for (var i = 0; i < 5; i++)
        {
            var skipped = Hessian.Length(body);
            if (skipped < 0)
                return -1;
            body = body[skipped..];
        }
        var length = Hessian.Length(body);
        if (length < 0 || length == body.Length || body[length] != (byte)'H')
            return -1;
        var argument = body[..length];
        var echo = Filler.WantsEcho(argument[Hessian.HeaderSize(argument[0])..]);
        var answer = target[HeaderSize..];
        answer[0] = ValueWithAttachments;
        int end;
        if (echo)
        {
            // The sum as a first chunk; the argument's own chunks, as they came, complete the string.
            answer[1] = (byte)'R';
            answer[2] = 0;
            answer[3] = Letters.Size;
            argument.CopyTo(answer[EchoAt..]);
            end = EchoAt + length;
        }
        else
        {
            answer[1] = Letters.Size;
            end = 2 + Letters.Size;
        }
        Letters.Write(answer[(echo ? 4 : 2)..], Checksum.Of(argument));
        AnswerAttachments.CopyTo(answer[end..]);
        return WriteHeader(request, Answer, answer[..(end + AnswerAttachments.Length)], target);
    }

    public static bool TryReadAnswer(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> checksum, out ReadOnlySpan<byte> echo)
    {
        checksum = echo = default;
        if (frame[2] != Answer || frame[3] != Ok || !frame.EndsWith(AnswerAttachments))
            return false;
        var body = frame[HeaderSize..^AnswerAttachments.Length];
        if (body.Length == 2 + Letters.Size && body[0] == ValueWithAttachments && body[1] == Letters.Size)
        {
            checksum = body[2..];
            return true;
        }
        if (body.Length <= EchoAt || !body.StartsWith((ReadOnlySpan<byte>)[ValueWithAttachments, (byte)'R', 0, Letters.Size]))
            return false;
        checksum = body[4..EchoAt];
        echo = body[EchoAt..];
        return true;
    }

    public static string Explain(ReadOnlySpan<byte> frame) =>
        $"flags {frame[2]:x2}, status {frame[3]}: " + Encoding.Latin1.GetString(frame[HeaderSize..Math.Min(frame.Length, 300)]);

    private static int WriteHeader(ReadOnlySpan<byte> request, byte flags, ReadOnlySpan<byte> body, Span<byte> target)
    {
        body.CopyTo(target[HeaderSize..]);
        BinaryPrimitives.WriteUInt16BigEndian(target, Magic);
        target[2] = flags;
        target[3] = Ok;
        WriteId(target, ReadId(request));
        BinaryPrimitives.WriteInt32BigEndian(target[LengthAt..], body.Length);
        return HeaderSize + body.Length;
    }
}
