using System.Net;
using Meltemi.ControlPlane.Api;
using Meltemi.ControlPlane.Introspection;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Status;
using Meltemi.ControlPlane.Stores;
using Meltemi.Xds.Grpc.Server;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Hosting;

/// <summary>
/// A running control plane, put together once, in order:
/// <code>
///   store -> push (model, translation, snapshots) -> xDS server      proxies, gRPC clients
///                     `-> status and events -> API                   people, kubectl, the command line
/// </code>
/// Disposing stops the servers first; the store is whoever made it's.
/// </summary>
public sealed class ControllerHost : IAsyncDisposable
{
    private readonly MeshStatus _status;
    private readonly ApiServer _api;
    private readonly CancellationTokenSource _ended = new();
    private Task _storeEvents = Task.CompletedTask;
    private GrpcHost? _xds;

    private ControllerHost(IResourceStore store, ControllerOptions options, ILoggerFactory logs, TimeProvider time)
    {
        var push = new PushOptions
        {
            Mesh = options.Mesh,
            Codecs = options.Codecs,
            Ledger = store.Shared is null ? new AddressFile(Path.Combine(options.StateDirectory, "addresses")) : new NoAddressLedger(),
            SharedAddresses = store.Shared is { } shared ? new(shared) : null,
        };
        Store = store;
        Events = new EventLog(time);
        Push = new PushServer(store, push, time, logs.CreateLogger("push"));
        _status = new MeshStatus(store, Push, Events, time, logs.CreateLogger("status"));
        _api = new ApiServer(store, new ApiOptions
        {
            Listen = options.Api,
            Tls = options.Tls,
            StateDirectory = options.StateDirectory,
            MoreEndpoints = new MeshEndpoints(Push, Events, () => store.SourceProblems).Map,
            Log = new ApiLog(logs.CreateLogger("api")),
            Time = time,
        });
    }

    /// <summary>The resources.</summary>
    public IResourceStore Store { get; }

    /// <summary>What happens.</summary>
    public EventLog Events { get; }

    /// <summary>The middle: model, snapshots, diagnostics, who is connected.</summary>
    public PushServer Push { get; }

    /// <summary>Where xDS is served.</summary>
    public IPEndPoint XdsAddress => _xds!.EndPoint;

    /// <summary>Where the API is served.</summary>
    public Uri ApiAddress => _api.Address;

    /// <summary>What clients of the API must trust, in PEM; null: nothing beside what their machine trusts.</summary>
    public string? AuthorityPem => _api.AuthorityPem;

    /// <summary>Starts everything; when it returns, resources were read and clients are served.</summary>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    /// <exception cref="InvalidOperationException">Token or certificate cannot be used; the message says which and why.</exception>
    public static async Task<ControllerHost> StartAsync(
        IResourceStore store, ControllerOptions options, ILoggerFactory logs, TimeProvider? time = null, CancellationToken cancel = default)
    {
        Directory.CreateDirectory(options.StateDirectory);
        var host = new ControllerHost(store, options, logs, time ?? TimeProvider.System);
        try
        {
            await host.StartAsync(options, logs, cancel).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _api.StopAsync().ConfigureAwait(false);
        if (_xds is not null) await _xds.DisposeAsync().ConfigureAwait(false);
        await _status.DisposeAsync().ConfigureAwait(false);
        await Push.DisposeAsync().ConfigureAwait(false);
        await _storeEvents.ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task StartAsync(ControllerOptions options, ILoggerFactory logs, CancellationToken cancel)
    {
        Push.Start();
        await Push.Ready.WaitAsync(cancel).ConfigureAwait(false);
        var xds = new XdsServer(Push, new XdsServerOptions(), logs.CreateLogger("xds"));
        _xds = await GrpcHost.StartAsync(options.Xds, xds.Map, logs: logs, cancel: cancel).ConfigureAwait(false);
        await _api.StartAsync(cancel).ConfigureAwait(false);
        _storeEvents = StoreEvents.FollowAsync(Store, Events, _ended.Token);
    }

    /// <summary>The API's messages among the others.</summary>
    private sealed class ApiLog(ILogger log) : IApiLog
    {
        public void Info(string message) => log.LogInformation("{Message}", message);

        public void Warning(string message) => log.LogWarning("{Message}", message);

        public void Error(string message, Exception? cause) => log.LogError(cause, "{Message}", message);
    }
}
