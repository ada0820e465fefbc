using System.Net;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Meltemi.ControlPlane.Api;

/// <summary>
/// Serves the resources of a store over a Kubernetes-style HTTP API. It lives in a web application that may serve other things on other ports:
/// <code>
/// var api = new ApiServer(store, options);
/// api.AddTo(builder);              // its port
/// var app = builder.Build();
/// api.Map(app);                    // its requests: those that came in by its port
/// </code>
/// or by itself, see <see cref="StartAsync"/>.
/// </summary>
public sealed class ApiServer
{
    private readonly IResourceStore _store;
    private readonly ApiOptions _options;
    private readonly ServerCertificate? _certificate;
    private WebApplication? _app;
    private ListenOptions? _listener;

    /// <summary>Reads or makes token and certificate.</summary>
    /// <exception cref="InvalidOperationException">One of them cannot be used; the message says which and why.</exception>
    public ApiServer(IResourceStore store, ApiOptions options)
    {
        _store = store;
        _options = options;
        Token = ApiToken.ReadOrCreate(Path.Combine(options.StateDirectory, "token"), options.Log);
        _certificate = ServerCertificate.Load(options);
    }

    /// <summary>What clients must send.</summary>
    public ApiToken Token { get; }

    /// <summary>What clients must trust, in PEM; null: nothing beside what their machine trusts.</summary>
    public string? AuthorityPem => _certificate?.AuthorityPem;

    /// <summary>Where it can be reached, once it is started.</summary>
    public Uri Address
    {
        get
        {
            var endpoint = (_listener ?? throw new InvalidOperationException("the API is not started")).IPEndPoint!;
            var host = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : endpoint.Address;
            return new($"{(_certificate is null ? "http" : "https")}://{new IPEndPoint(host, endpoint.Port)}");
        }
    }

    /// <summary>What kubectl needs to know, once it is started.</summary>
    public string WriteKubeconfig() => Kubeconfig.Write(Address, Token.Text, AuthorityPem);

    /// <summary>Adds its port to an application that is being built.</summary>
    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddRouting();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(_options.Listen, listener =>
        {
            _listener = listener;
            listener.Use(next => connection =>
            {
                connection.Features.Set(new ApiConnection(this));
                return next(connection);
            });
            if (_certificate is not null)
            {
                listener.UseHttps(https =>
                {
                    https.ServerCertificate = _certificate.Certificate;
                    https.ServerCertificateChain = _certificate.Chain;
                });
            }
        }));
    }

    /// <summary>Adds its requests.</summary>
    public void Map(WebApplication app)
    {
        var handler = new ApiHandler(_store, _options, app.Lifetime.ApplicationStopping);

        // A pipeline of its own: endpoints mapped on the application would be reachable by its other ports, without the token.
        var branch = new ApplicationBuilder(app.Services);
        branch.Use((http, next) => ApiErrors.GuardAsync(http, _options.Log, () => GuardAsync(http, next)));
        branch.UseRouting();
        branch.UseEndpoints(endpoints => _options.MoreEndpoints?.Invoke(endpoints));
        branch.Run(handler.HandleAsync);
        var run = branch.Build();
        app.Use((http, next) => http.Features.Get<ApiConnection>()?.Server == this ? run(http) : next(http));
    }

    /// <summary>Serves in an application of its own.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        AddTo(builder);
        _app = builder.Build();
        Map(_app);
        await _app.StartAsync(cancel);
        _options.Log.Info($"the API listens on {Address}");
    }

    /// <summary>Ends watches and lets other requests finish.</summary>
    public async Task StopAsync()
    {
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        http.SetEndpoint(null); // the application's own endpoints do not count here
        return Authentication.Refuse(http, Token) is { } refused ? throw new ApiException(refused) : next(http);
    }

    /// <summary>Signals of the process are not ours to handle.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Marks the connections that came in by the API's port.</summary>
    private sealed record ApiConnection(ApiServer Server);
}
