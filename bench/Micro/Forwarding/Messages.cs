using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Bench.Micro.Forwarding;

/// <summary>The messages that the forwarding benchmarks carry, built by hand.</summary>
internal static class Messages
{
    /// <summary>A Dubbo request with one text argument and six attachments, about 300 bytes.</summary>
    public static byte[] DubboRequest()
    {
        var body = new MemoryStream();
        foreach (var text in new[] { "2.0.2", "org.meltemi.bench.EchoService", "1.0.0", "echo", "Ljava/lang/String;" }) Text(body, text);
        Text(body, "0123456789012345678901234567890123456789");
        body.WriteByte((byte)'H');
        string[] pairs = ["path", "org.meltemi.bench.EchoService", "interface", "org.meltemi.bench.EchoService", "version", "1.0.0", "group", "bench", "user", "gold", "timeout", "3000"];
        foreach (var text in pairs) Text(body, text);
        body.WriteByte((byte)'Z');
        return Dubbo(0xC2, 0, body.ToArray());
    }

    /// <summary>Its answer: a text value.</summary>
    /// <param name="status">20: OK; 80: the server failed.</param>
    public static byte[] DubboAnswer(byte status = 20)
    {
        var body = new MemoryStream();
        body.WriteByte(0x91);
        Text(body, "0123456789012345678901234567890123456789");
        return Dubbo(0x02, status, body.ToArray());
    }

    /// <summary>A Thrift call, framed and binary, of method <c>echo</c> with one text.</summary>
    public static byte[] ThriftCall(byte type = 1)
    {
        var text = "0123456789012345678901234567890123456789"u8;
        var bytes = new byte[4 + 4 + 4 + 4 + 4 + 3 + 4 + text.Length + 1];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), 0x80010000u | type);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), 4);
        "echo"u8.CopyTo(bytes.AsSpan(12));
        bytes[20] = 11; // string; field 1 of a call, field 0 (success) of a reply
        bytes[22] = (byte)(type == 1 ? 1 : 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(23), text.Length);
        text.CopyTo(bytes.AsSpan(27));
        return bytes;
    }

    private static byte[] Dubbo(byte flags, byte status, byte[] body)
    {
        var bytes = new byte[16 + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, 0xDABB);
        bytes[2] = flags;
        bytes[3] = status;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), body.Length);
        body.CopyTo(bytes.AsSpan(16));
        return bytes;
    }

    // Hessian 2: up to 31 characters in one byte of length, up to 1023 in two.
    private static void Text(MemoryStream to, string text)
    {
        if (text.Length < 32)
        {
            to.WriteByte((byte)text.Length);
        }
        else
        {
            to.WriteByte((byte)(0x30 + (text.Length >> 8)));
            to.WriteByte((byte)text.Length);
        }

        to.Write(Encoding.UTF8.GetBytes(text));
    }
}
