using System.Net;
using Meltemi.RateLimit.Figures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Meltemi.RateLimit.Serving;

/// <summary><c>/metrics</c> for Prometheus and <c>/healthcheck</c> for Kubernetes.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AdminHost(WebApplication app, IPEndPoint endPoint) => (_app, EndPoint) = (app, endPoint);

    public IPEndPoint EndPoint { get; }

    public static async Task<AdminHost> StartAsync(IPEndPoint endPoint, ServerFigures figures, Func<string?> problem)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endPoint);
        });
        var app = builder.Build();
        app.MapGet("/metrics", (RequestDelegate)(http => WriteAsync(http, StatusCodes.Status200OK, figures.ToPrometheus(), "text/plain; version=0.0.4; charset=utf-8")));
        app.MapGet("/healthcheck", (RequestDelegate)(http => problem() is { } what
            ? WriteAsync(http, StatusCodes.Status503ServiceUnavailable, $"{what}\n")
            : WriteAsync(http, StatusCodes.Status200OK, "OK\n")));
        await app.StartAsync().ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(app, new IPEndPoint(endPoint.Address, new Uri(address).Port));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext http, int status, string text, string type = "text/plain; charset=utf-8")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
