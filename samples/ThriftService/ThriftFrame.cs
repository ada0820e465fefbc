using System.Buffers.Binary;
using System.Text;

namespace ThriftService;

/// <summary>
/// A message after its length, as TFramedTransport sends it; or, for <see cref="Headers"/>, inside a THeader
/// (doc/specs/HeaderFormat.md of Apache Thrift):
/// <c>i32 length | u16 0x0fff | u16 flags | i32 id | u16 header size in words | protocol, transforms, pairs, padding | message</c>.
/// </summary>
internal sealed record ThriftFrame(ReadOnlyMemory<byte> Message, IReadOnlyDictionary<string, string>? Headers = null)
{
    private const int MaxLength = 1024 * 1024;
    private const ushort HeaderMagic = 0x0fff;
    private const int FixedPart = 10;
    private const byte PairsBlock = 1;
    private static readonly Dictionary<string, string> NoHeaders = [];

    /// <summary>Reads one frame; null at the end of the stream. Pairs of its header, which are for the mesh, are not read.</summary>
    public static async ValueTask<ThriftFrame?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var prefix = new byte[4];
        var there = await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancel);
        if (there == 0) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (there < prefix.Length || length is < 4 or > MaxLength) throw new InvalidDataException("not a Thrift frame");
        var frame = new byte[length];
        await stream.ReadExactlyAsync(frame, cancel);
        if (BinaryPrimitives.ReadUInt16BigEndian(frame) != HeaderMagic) return new(frame);
        if (length < FixedPart + 2) throw new InvalidDataException("a header is cut off");
        var message = FixedPart + 4 * BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(8));
        if (message > length) throw new InvalidDataException("a header is cut off");
        if (frame[FixedPart] != 0 || frame[FixedPart + 1] != 0) throw new InvalidDataException("only plain binary messages are understood");
        return new(frame.AsMemory(message), NoHeaders);
    }

    /// <param name="id">The message's id, which a header repeats.</param>
    public byte[] ToBytes(int id)
    {
        var frame = new MemoryStream();
        frame.Write(new byte[4]);
        if (Headers is not null) WriteHeader(frame, Headers, id);
        frame.Write(Message.Span);
        var bytes = frame.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        return bytes;
    }

    private static void WriteHeader(MemoryStream frame, IReadOnlyDictionary<string, string> headers, int id)
    {
        var info = new MemoryStream();
        info.Write([0, 0]); // The binary protocol, no transforms.
        if (headers.Count > 0) WritePairs(info, headers);
        while (info.Length % 4 != 0) info.WriteByte(0);
        Span<byte> start = stackalloc byte[FixedPart];
        BinaryPrimitives.WriteUInt16BigEndian(start, HeaderMagic);
        BinaryPrimitives.WriteUInt16BigEndian(start[2..], 0);
        BinaryPrimitives.WriteInt32BigEndian(start[4..], id);
        BinaryPrimitives.WriteUInt16BigEndian(start[8..], (ushort)(info.Length / 4));
        frame.Write(start);
        info.WriteTo(frame);
    }

    private static void WritePairs(MemoryStream info, IReadOnlyDictionary<string, string> headers)
    {
        info.WriteByte(PairsBlock);
        info.WriteByte(OneByte(headers.Count));
        foreach (var (key, value) in headers)
        {
            WriteText(info, key);
            WriteText(info, value);
        }
    }

    private static void WriteText(MemoryStream info, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        info.WriteByte(OneByte(bytes.Length));
        info.Write(bytes);
    }

    /// <summary>A varint below 128 is its own byte; longer ones are not needed here.</summary>
    private static byte OneByte(int number) =>
        number < 0x80 ? (byte)number : throw new ArgumentException("headers of this sample have at most 127 bytes each");
}
