using System.Text;

namespace Meltemi.Proxy.Admin.Http;

/// <summary>An answer.</summary>
/// <param name="Status">Status code.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Body">The body; not changed afterwards.</param>
public sealed record HttpResponse(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Value of the Allow header, for 405; null: none.</summary>
    public string? Allow { get; init; }

    /// <summary>Plain text.</summary>
    public static HttpResponse Text(string text, int status = 200) =>
        new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>JSON text.</summary>
    public static HttpResponse Json(ReadOnlyMemory<byte> json) => new(200, "application/json", json);

    /// <summary>An error with its phrase as text, and more if given.</summary>
    public static HttpResponse Error(int status, string? detail = null) =>
        Text($"{status} {Phrase(status)}{(detail is null ? "" : ": " + detail)}\n", status);

    /// <summary>Reason phrase of a status code.</summary>
    public static string Phrase(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Status",
    };
}

/// <summary>Answers requests.</summary>
public interface IHttpHandler
{
    /// <summary>Answers one. Called from pool threads, for one request at a time; what it throws becomes a 500.</summary>
    HttpResponse Handle(HttpRequest request);
}
