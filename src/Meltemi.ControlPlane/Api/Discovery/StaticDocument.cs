using System.IO.Compression;
using System.Security.Cryptography;
using Meltemi.ControlPlane.Api.Objects;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.Discovery;

/// <summary>A document that does not change while the program runs: made once, compressed once, and not sent again to those who have it.</summary>
internal sealed class StaticDocument
{
    private const int WorthCompressing = 1024;

    private readonly byte[] _bytes;
    private readonly byte[]? _zipped;
    private readonly string _contentType;

    public StaticDocument(byte[] bytes, string contentType = "application/json")
    {
        _bytes = bytes;
        _contentType = contentType;
        _zipped = bytes.Length < WorthCompressing ? null : Zip(bytes);
        Hash = Convert.ToHexString(SHA256.HashData(bytes));
    }

    public StaticDocument(System.Text.Json.Nodes.JsonNode json, string contentType = "application/json")
        : this(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(new() { Encoder = ObjectWriter.Options.Encoder })), contentType)
    {
    }

    /// <summary>Changes when the document does.</summary>
    public string Hash { get; }

    public async Task WriteAsync(HttpContext http)
    {
        var (response, tag) = (http.Response, $"\"{Hash}\"");
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept, Accept-Encoding";
        response.Headers.CacheControl = "public";
        if (http.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            response.StatusCode = 304;
            return;
        }

        response.ContentType = _contentType;
        var zip = _zipped is not null && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (zip) response.Headers.ContentEncoding = "gzip";
        var body = zip ? _zipped! : _bytes;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Optimal)) stream.Write(bytes);
        return zipped.ToArray();
    }
}
