using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Meltemi.Xds.Grpc;

/// <summary>
/// Writes messages: a flag (compressed or not), the length in four bytes, the message. Completes when the peer's window took what exceeds the
/// pipe's buffer, so that a slow peer slows its writer.
/// </summary>
/// <param name="output">The body.</param>
/// <param name="gzipFrom">Messages from this size on are packed; <see cref="int.MaxValue"/>: none.</param>
/// <param name="maxBytes">Limit of one message.</param>
internal sealed class GrpcMessageWriter(PipeWriter output, int gzipFrom, int maxBytes)
{
    private const int HeaderBytes = 5;

    public async ValueTask WriteAsync(IMessage message, CancellationToken cancel)
    {
        var size = message.CalculateSize();
        if (size > maxBytes)
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"a message of {size} bytes was to be sent; at most {maxBytes} are allowed");

        if (size >= gzipFrom) WriteCompressed(message);
        else WritePlain(message, size);
        var result = await output.FlushAsync(cancel).ConfigureAwait(false);
        if (result.IsCompleted) throw new GrpcException(GrpcStatusCode.Cancelled, "the peer ended the call");
    }

    private void WritePlain(IMessage message, int size)
    {
        WriteHeader(compressed: false, size);
        message.WriteTo(output);
    }

    private void WriteCompressed(IMessage message)
    {
        using var bytes = new MemoryStream();
        using (var gzipped = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) message.WriteTo(gzipped);
        WriteHeader(compressed: true, (int)bytes.Length);
        output.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private void WriteHeader(bool compressed, int size)
    {
        var header = output.GetSpan(HeaderBytes);
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], size);
        output.Advance(HeaderBytes);
    }
}
