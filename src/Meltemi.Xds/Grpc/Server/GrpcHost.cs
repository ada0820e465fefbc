using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meltemi.Xds.Grpc.Server;

/// <summary>A Kestrel of its own for gRPC: HTTP/2 only, and limits that fit streams which last for days and readers that are slow.</summary>
public sealed class GrpcHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcHost(WebApplication app, IPEndPoint endPoint) => (_app, EndPoint) = (app, endPoint);

    /// <summary>Where it listens, with the port that port 0 became.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Listens and serves.</summary>
    /// <param name="endPoint">Where; port 0 for a free one.</param>
    /// <param name="map">Puts the methods on.</param>
    /// <param name="tls">Null: without TLS, by prior knowledge.</param>
    /// <param name="logs">Where the server logs to; null: nowhere.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<GrpcHost> StartAsync(
        IPEndPoint endPoint, Action<IEndpointRouteBuilder> map, HttpsConnectionAdapterOptions? tls = null, ILoggerFactory? logs = null,
        CancellationToken cancel = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        if (logs is not null) builder.Logging.AddProvider(new Forwarding(logs)).AddFilter("Microsoft", LogLevel.Warning); // Kestrel speaks of each request
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, endPoint, tls));
        var app = builder.Build();
        app.UseRouting();
        map(app);
        app.MapGrpcUnimplemented();
        await app.StartAsync(cancel).ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(app, new IPEndPoint(endPoint.Address, new Uri(address).Port));
    }

    /// <summary>Ends: calls in progress are cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false); // do not wait for streams, they would not end by themselves
        await _app.StopAsync(now.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(KestrelServerOptions kestrel, IPEndPoint endPoint, HttpsConnectionAdapterOptions? tls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinResponseDataRate = null; // a reader may pause; whoever writes decides for how long
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30); // a client whose machine is gone is noticed within a minute
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (tls is not null) listen.UseHttps(tls);
        });
    }

    /// <summary>The host's messages among those of the program; what they go to is not the host's to dispose.</summary>
    private sealed class Forwarding(ILoggerFactory logs) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logs.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
