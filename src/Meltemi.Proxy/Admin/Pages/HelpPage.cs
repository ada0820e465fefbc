using System.Net;
using System.Text;
using Meltemi.Proxy.Admin.Http;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>The list of pages, for people with a browser.</summary>
internal static class HelpPage
{
    public static HttpResponse Show(IEnumerable<AdminPage> pages)
    {
        var html = new StringBuilder(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Meltemi proxy</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
            dt { margin-top: .75rem; font-family: ui-monospace, monospace; }
            form { display: inline; }
            </style>
            </head>
            <body>
            <h1>Meltemi proxy</h1>
            <dl>

            """);
        foreach (var page in pages)
        {
            var path = WebUtility.HtmlEncode(page.Path);
            html.Append(page.Get is null
                ? $"<dt><form method=\"post\" action=\"{path}\"><button>{path}</button></form></dt>"
                : $"<dt><a href=\"{path}\">{path}</a></dt>");
            html.Append($"<dd>{WebUtility.HtmlEncode(page.Description)}</dd>\n");
        }

        html.Append("</dl>\n</body>\n</html>\n");
        return new HttpResponse(200, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html.ToString()));
    }
}
