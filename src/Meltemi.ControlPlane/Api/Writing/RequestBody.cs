using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Reads bodies of requests.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The media type without its parameters; JSON if nothing is said.</summary>
    public static string MediaType(HttpContext http)
    {
        var text = http.Request.ContentType;
        if (string.IsNullOrEmpty(text)) return "application/json";
        return MediaTypeHeaderValue.TryParse(text, out var type) ? type.MediaType.Value!.ToLowerInvariant() : text;
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="ApiException">413: it is larger than allowed.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int maxBytes)
    {
        if (http.Request.ContentLength > maxBytes) throw Failure.TooLarge(maxBytes);
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > maxBytes) throw Failure.TooLarge(maxBytes);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Reads JSON. A name that comes twice in an object is refused: which one was meant?</summary>
    /// <exception cref="ApiException">400: it is none.</exception>
    public static JsonNode? Json(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span, documentOptions: Strict);
        }
        catch (JsonException e)
        {
            throw Failure.BadRequest($"the body is no JSON: {e.Message}");
        }
    }
}
