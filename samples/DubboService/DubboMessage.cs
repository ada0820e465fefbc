using System.Buffers.Binary;

namespace DubboService;

/// <summary>
/// A Dubbo 2 message: 16 bytes, big-endian, then the body.
/// <c>u16 magic 0xdabb | u8 flags and serialization | u8 status of answers | u64 id | u32 body length</c>.
/// </summary>
internal sealed record DubboMessage(byte Flags, byte Status, ulong Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>A request; without it, an answer.</summary>
    public const byte Request = 0x80;

    /// <summary>The request wants an answer.</summary>
    public const byte TwoWay = 0x40;

    /// <summary>About the connection: a heartbeat, or "read-only" (send no more requests).</summary>
    public const byte Event = 0x20;

    /// <summary>The serialization that is spoken here: Hessian 2.</summary>
    public const byte Hessian2 = 2;

    private const int HeaderLength = 16;
    private const int MaxBody = 1024 * 1024;
    private static readonly byte[] Null = "N"u8.ToArray();
    private static readonly byte[] ReadOnlyText = "\u0001R"u8.ToArray();

    public bool Has(byte flag) => (Flags & flag) != 0;

    public bool IsReadOnlyEvent => Has(Event) && Body.Span.StartsWith(ReadOnlyText);

    public static DubboMessage Heartbeat(ulong id) => new(Request | TwoWay | Event | Hessian2, 0, id, Null);

    public static DubboMessage HeartbeatAnswer(ulong id) => new(Event | Hessian2, DubboStatus.Ok, id, Null);

    public static DubboMessage ReadOnly() => new(Request | Event | Hessian2, 0, 0, ReadOnlyText);

    /// <summary>Reads one message; null at the end of the stream. Throws InvalidDataException if it is not Dubbo with Hessian 2.</summary>
    public static async ValueTask<DubboMessage?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var header = new byte[HeaderLength];
        var there = await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancel);
        if (there == 0) return null;
        if (there < HeaderLength || header[0] != 0xda || header[1] != 0xbb) throw new InvalidDataException("not Dubbo");
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
        if (length > MaxBody) throw new InvalidDataException("the body is too long");
        if ((header[2] & 0x1f) != Hessian2) throw new InvalidDataException("only Hessian 2 is understood");
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancel);
        return new(header[2], header[3], BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(4)), body);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Body.Length];
        bytes[0] = 0xda;
        bytes[1] = 0xbb;
        bytes[2] = Flags;
        bytes[3] = Status;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(4), Id);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Body.Length);
        Body.CopyTo(bytes.AsMemory(HeaderLength));
        return bytes;
    }
}
