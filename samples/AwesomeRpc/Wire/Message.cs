using System.Buffers.Binary;
using System.Text;

namespace AwesomeRpc;

/// <summary>One AwesomeRPC message, as its clients and servers see it. ../README.md has the wire format.</summary>
public sealed record Message(MessageType Type, uint Id)
{
    private const int HeadLength = 16;
    private const int MaxLength = 8 * 1024 * 1024;

    public Status Status { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as text.</summary>
    public string Text
    {
        get => Encoding.UTF8.GetString(Body.Span);
        init => Body = Encoding.UTF8.GetBytes(value);
    }

    /// <summary>Value of a header; null if it is not there.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public byte[] ToBytes()
    {
        var headers = new MemoryStream();
        foreach (var (key, value) in Headers)
        {
            WriteText(headers, key);
            WriteText(headers, value);
        }

        var bytes = new byte[checked(HeadLength + (int)headers.Length + Body.Length)];
        var head = bytes.AsSpan();
        "AW"u8.CopyTo(head);
        head[2] = 1;
        head[3] = (byte)Type;
        BinaryPrimitives.WriteInt32BigEndian(head[4..], bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(head[8..], Id);
        BinaryPrimitives.WriteUInt16BigEndian(head[12..], (ushort)Status);
        BinaryPrimitives.WriteUInt16BigEndian(head[14..], checked((ushort)headers.Length));
        headers.ToArray().CopyTo(head[HeadLength..]);
        Body.Span.CopyTo(head[(HeadLength + (int)headers.Length)..]);
        return bytes;
    }

    /// <summary>Reads one message; null at the end of the stream. Throws InvalidDataException if it is broken.</summary>
    public static async ValueTask<Message?> ReadAsync(Stream stream, CancellationToken cancel = default)
    {
        var head = new byte[HeadLength];
        var there = await stream.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, cancel);
        if (there == 0) return null;
        if (there < HeadLength) throw new InvalidDataException("the stream ended within a message");
        var message = new byte[LengthOf(head)];
        head.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(HeadLength), cancel);
        return Read(message);
    }

    /// <summary>Reads exactly one message. Throws InvalidDataException if it is broken.</summary>
    public static Message Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength || bytes.Length != LengthOf(bytes)) throw new InvalidDataException("not one message");
        var headersLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        return new((MessageType)bytes[3], BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]))
        {
            Status = (Status)BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]),
            Headers = ReadHeaders(bytes.Slice(HeadLength, headersLength)),
            Body = bytes[(HeadLength + headersLength)..].ToArray(),
        };
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("AW\u0001"u8)) throw new InvalidDataException("not AwesomeRPC, version 1");
        var length = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        if (length > MaxLength || length < HeadLength + BinaryPrimitives.ReadUInt16BigEndian(head[14..]))
            throw new InvalidDataException("length out of bounds");
        return (int)length;
    }

    private static Dictionary<string, string> ReadHeaders(ReadOnlySpan<byte> bytes)
    {
        var headers = new Dictionary<string, string>();
        while (!bytes.IsEmpty) headers.TryAdd(ReadText(ref bytes), ReadText(ref bytes));
        return headers;
    }

    private static string ReadText(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(bytes) > bytes.Length - 2)
            throw new InvalidDataException("broken headers");
        var text = bytes.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(bytes));
        bytes = bytes[(2 + text.Length)..];
        return Encoding.UTF8.GetString(text);
    }

    private static void WriteText(MemoryStream to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)bytes.Length));
        to.Write(length);
        to.Write(bytes);
    }
}

/// <summary>Types of messages.</summary>
public enum MessageType : byte
{
    Request = 1,
    Response,
    OneWay,
    Heartbeat,
    HeartbeatAnswer,
    GoAway,
    StreamOpen,
    StreamData,
    StreamClose,
    Push,
}

/// <summary>How a request ended.</summary>
public enum Status : ushort
{
    Ok,
    ApplicationError,
    BadRequest,
    Busy,
    Timeout,
    Failed,
}
