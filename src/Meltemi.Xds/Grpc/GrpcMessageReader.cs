using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace Meltemi.Xds.Grpc;

/// <summary>Reads messages. Between messages it holds no buffer; lengths are checked before anything is allocated, also those of unpacked messages.</summary>
/// <param name="input">The body.</param>
/// <param name="encoding">What <c>grpc-encoding</c> said; null: nothing.</param>
/// <param name="maxBytes">Limit of one message.</param>
internal sealed class GrpcMessageReader<T>(Stream input, string? encoding, int maxBytes, MessageParser<T> parser)
    where T : class, IMessage<T>
{
    private readonly byte[] _header = new byte[5];

    /// <summary>The next message; null at the end.</summary>
    public async ValueTask<T?> ReadAsync(CancellationToken cancel)
    {
        var read = await input.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        if (read == 0) return null;
        if (read < _header.Length) throw Truncated();

        var length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
        if (length > maxBytes) throw TooLarge($"{length}");
        var body = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            read = await input.ReadAtLeastAsync(body.AsMemory(0, (int)length), (int)length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            if (read < length) throw Truncated();
            return _header[0] switch
            {
                0 => parser.ParseFrom(body, 0, (int)length),
                1 => ParseCompressed(body, (int)length),
                _ => throw new GrpcException(GrpcStatusCode.Internal, $"a message begins with the flag {_header[0]}, which is none of gRPC's"),
            };
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"a message is no valid {typeof(T).Name}: {exception.Message}", exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private T ParseCompressed(byte[] body, int length)
    {
        if (encoding is null or GrpcNames.Identity)
            throw new GrpcException(GrpcStatusCode.Internal, $"a message is compressed, but {GrpcNames.Encoding} does not say how");

        using var unpacked = new MemoryStream();
        var part = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            using var gzip = new GZipStream(new MemoryStream(body, 0, length, writable: false), CompressionMode.Decompress);
            while (gzip.Read(part) is > 0 and var count)
            {
                if (unpacked.Length + count > maxBytes) throw TooLarge($"more than {maxBytes}");
                unpacked.Write(part, 0, count);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new GrpcException(GrpcStatusCode.Internal, "a message is said to be gzip, and is not", exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }

        return parser.ParseFrom(unpacked.GetBuffer(), 0, (int)unpacked.Length);
    }

    private static GrpcException Truncated() => new(GrpcStatusCode.Internal, "the stream ended in the middle of a message");

    private GrpcException TooLarge(string bytes) =>
        new(GrpcStatusCode.ResourceExhausted, $"a message of {bytes} bytes came; at most {maxBytes} are allowed");
}
