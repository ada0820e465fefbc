using Meltemi.ControlPlane.Stores;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.Discovery;

/// <summary>
/// <c>/livez</c> and <c>/healthz</c>: the process answers. <c>/readyz</c>: it has read its resources. Being unable to write is no reason to take a
/// controller away from its proxies, and is told in the text only.
/// </summary>
internal static class HealthPage
{
    public static bool Serves(string path) => path is "/healthz" or "/livez" or "/readyz";

    public static Task WriteAsync(HttpContext http, IResourceStore store)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        var ready = store.Synced.IsCompletedSuccessfully;
        if (http.Request.Path.Value == "/readyz" && !ready)
        {
            http.Response.StatusCode = 503;
            return http.Response.WriteAsync("the resources are still being read\n");
        }

        return http.Response.WriteAsync(store.ReadOnlyReason is { } reason ? $"ok, but nothing can be written: {reason}\n" : "ok");
    }
}
