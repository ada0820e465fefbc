using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>
/// Body of an answer that may be small or very large: it is collected up to a chunk; a small one then goes out with its length, a larger one
/// chunk by chunk, compressed if the client wants that. So memory is bounded by a chunk, and nobody waits for the last object to see the first.
/// </summary>
internal sealed class ResponseBody(HttpContext http, int status, string contentType) : IAsyncDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private Stream? _stream;

    /// <summary>Where to write.</summary>
    public ArrayBufferWriter<byte> Buffer { get; } = new(4096);

    /// <summary>Sends what is there if it is a chunk.</summary>
    public ValueTask FlushIfLargeAsync() => Buffer.WrittenCount < ChunkBytes ? ValueTask.CompletedTask : new(SendAsync());

    /// <summary>Sends the rest.</summary>
    public async Task FinishAsync()
    {
        if (_stream is null)
        {
            Head();
            http.Response.ContentLength = Buffer.WrittenCount;
            await http.Response.Body.WriteAsync(Buffer.WrittenMemory, http.RequestAborted);
            return;
        }

        await SendAsync();
    }

    public ValueTask DisposeAsync() => _stream is GZipStream zipped ? zipped.DisposeAsync() : ValueTask.CompletedTask;

    private async Task SendAsync()
    {
        _stream ??= Start();
        await _stream.WriteAsync(Buffer.WrittenMemory, http.RequestAborted);
        Buffer.ResetWrittenCount();
    }

    private Stream Start()
    {
        Head();
        http.Response.Headers.Vary = "Accept-Encoding";
        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase)) return http.Response.Body;
        http.Response.Headers.ContentEncoding = "gzip";
        return new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
    }

    private void Head()
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.Headers.CacheControl = "no-cache, private";
    }
}
