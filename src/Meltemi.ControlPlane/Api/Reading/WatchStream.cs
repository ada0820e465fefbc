using System.Buffers;
using System.Text.Json;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>
/// Writes events as JSON, one a line. A client that does not read makes <see cref="FlushAsync"/> wait, and the server ends connections that
/// stay that way, so nothing piles up.
/// </summary>
internal sealed class WatchStream(HttpContext http, IRepresentation shown)
{
    private const int ChunkBytes = 64 * 1024;

    // Made for what is written and given back: a watch that waits holds no buffer.
    private ArrayBufferWriter<byte>? _buffer;

    public async Task StartAsync(CancellationToken cancel)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = shown.ContentType;
        http.Response.Headers.CacheControl = "no-cache, private";
        await http.Response.StartAsync(cancel);
        await http.Response.Body.FlushAsync(cancel);
    }

    public Task WriteAsync(WatchEvent seen, CancellationToken cancel) =>
        WriteAsync(seen.Type, json => shown.WriteOne(json, seen.Resource), cancel);

    public Task WriteBookmarkAsync(long revision, bool initialEventsEnd, CancellationToken cancel) =>
        WriteAsync("BOOKMARK", json => shown.WriteBookmark(json, revision, initialEventsEnd), cancel);

    public async Task WriteErrorAsync(ApiStatus status, CancellationToken cancel)
    {
        await WriteAsync("ERROR", json => StatusWriter.Write(json, status), cancel);
        await FlushAsync(cancel);
    }

    /// <summary>Sends what was written.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        if (_buffer is not { WrittenCount: > 0 } buffer) return;
        _buffer = null;
        await http.Response.Body.WriteAsync(buffer.WrittenMemory, cancel);
        await http.Response.Body.FlushAsync(cancel);
    }

    private Task WriteAsync(string type, Action<Utf8JsonWriter> writeObject, CancellationToken cancel)
    {
        _buffer ??= new(1024);
        using (var json = new Utf8JsonWriter(_buffer, ObjectWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WritePropertyName("object");
            writeObject(json);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
        return _buffer.WrittenCount < ChunkBytes ? Task.CompletedTask : FlushAsync(cancel);
    }
}
