using Meltemi.Proxy.Admin.Http;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>A path of the admin interface.</summary>
/// <param name="Path">Where.</param>
/// <param name="Description">What for, one line.</param>
/// <param name="Get">Answers GET and HEAD; null: they are not allowed.</param>
internal sealed record AdminPage(string Path, string Description, Func<HttpRequest, HttpResponse>? Get)
{
    /// <summary>Answers POST, for what changes something; null: it is not allowed.</summary>
    public Func<HttpRequest, HttpResponse>? Post { get; init; }

    /// <summary>Value of the Allow header.</summary>
    public string Allow => Get is null ? "POST" : Post is null ? "GET, HEAD" : "GET, HEAD, POST";
}
