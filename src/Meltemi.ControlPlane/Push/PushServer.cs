using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Meltemi.ControlPlane.Analysis;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Services.Building;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// The middle of the control plane: follows a store, keeps the model of the mesh, and serves each connected client what it can use.
/// <code>
///   store --changes--> ModelBuilder --model, what differs--> Publisher --snapshots--> xDS streams
///                                                        `-> Analyzer --diagnostics--> status
/// </code>
/// Members are safe from any thread.
/// </summary>
public sealed partial class PushServer : IXdsSource, IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly PushOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly AddressAllocator _addresses;
    private readonly ModelBuilder _builder;
    private readonly Publisher _publisher;
    private readonly Analyzer _analyzer;
    private readonly AnalysisLoop _analysis;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _savedAddresses;
    private Task _running = Task.CompletedTask;

    /// <summary>A server that does nothing until it is started.</summary>
    /// <exception cref="FormatException">The range for virtual addresses is none.</exception>
    public PushServer(IResourceStore store, PushOptions options, TimeProvider time, ILogger log)
        : this(store, options, new Translator(new(options.Codecs)), time, log)
    {
    }

    internal PushServer(IResourceStore store, PushOptions options, ITranslator translator, TimeProvider time, ILogger log)
    {
        (_store, _options, _time, _log) = (store, options, time, log);
        _addresses = new(AddressRange.Parse(options.Mesh.VirtualAddresses), options.Mesh.AddressGrace, time, LoadAddresses(), options.SharedAddresses);
        _builder = new(options.Mesh, _addresses);
        _publisher = new(translator, time, log);
        _analyzer = new(options.Mesh, new(options.Codecs));
        _analysis = new(_analyzer, _publisher.TellTranslated, log);
    }

    /// <summary>Completes when the first state of the store is served.</summary>
    public Task Ready => _ready.Task;

    /// <inheritdoc/>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>The mesh as it is served.</summary>
    public MeshModel Model => _publisher.Model;

    /// <summary>The newest resources that are served and about which <see cref="Diagnostics"/> has said everything.</summary>
    public StoreState State => _analysis.State;

    /// <summary>What is wrong with the resources.</summary>
    public Diagnostics Diagnostics => _analyzer.Diagnostics;

    /// <summary>Who is connected.</summary>
    public ImmutableArray<ConnectedProxy> Proxies => _publisher.Proxies;

    /// <summary>The clients with a node id, the newest connection last; mostly one.</summary>
    public ImmutableArray<ConnectedProxy> FindProxies(string id) =>
        [.. Proxies.Where(proxy => proxy.Node.Id == id).OrderBy(proxy => proxy.Since)];

    /// <summary>Adds somebody who is told everything from now on.</summary>
    public void Observe(IPushObserver observer) => _publisher.Observe(observer);

    /// <summary>Begins to follow the store.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <inheritdoc/>
    public IXdsView Open(Node node, Action changed) => _publisher.Open(ProxyNode.Parse(node), changed);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _analysis.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await _store.Synced.WaitAsync(_ended.Token).ConfigureAwait(false);
            var state = _store.Current;
            await ApplyAsync(_builder.Load(state), state).ConfigureAwait(false);
            var feed = new ChangeFeed(_store, _time);
            await foreach (var first in feed.ReadAsync(state, _ended.Token).ConfigureAwait(false))
            {
                var changes = _builder.Apply(first);
                state = first.State;
                var started = _time.GetTimestamp();
                while (await feed.MoreAsync(WaitFor(changes, started), _ended.Token).ConfigureAwait(false) is { } more)
                {
                    changes.Add(_builder.Apply(more));
                    state = more.State;
                }

                await ApplyAsync(changes, state).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception e)
        {
            // Proxies keep what they have; nothing new is pushed until a restart, and that must be seen.
            LogEnded(_log, e);
            _ready.TrySetException(e);
            throw;
        }
    }

    private TimeSpan WaitFor(ModelChanges changes, long started)
    {
        var debounce = changes.EndpointsOnly ? _options.Endpoints : _options.Config;
        var left = debounce.Longest - _time.GetElapsedTime(started);
        return left < debounce.Quiet ? left : debounce.Quiet;
    }

    private async Task ApplyAsync(ModelChanges changes, StoreState state)
    {
        await AgreeAsync(changes).ConfigureAwait(false);
        SaveAddresses();
        // A status that was written, for instance, means nothing to proxies.
        if (!IsReady || !changes.IsEmpty || changes.Resources.Count > 0) _publisher.Publish(_builder.Model, changes);
        _ready.TrySetResult();
        _analysis.Enqueue(_builder.Model, state, changes);
    }

    // Before a proxy hears of an address, all controllers know whose it is.
    private async Task AgreeAsync(ModelChanges changes)
    {
        while (_options.SharedAddresses is { } shared && _addresses.TakeClaims() is { Count: > 0 } claims)
        {
            try
            {
                var lost = await shared.ClaimAsync(claims, _ended.Token).ConfigureAwait(false);
                if (lost.Count > 0) changes.Add(_builder.Readdress(lost));
            }
            catch (StoreException e)
            {
                // With the next change it is tried again; nearly always the other controllers choose the same.
                _addresses.Return(claims);
                LogNotAgreed(_log, e.Message);
                return;
            }
        }
    }

    private ImmutableArray<AddressLease> LoadAddresses()
    {
        try
        {
            return _options.Ledger.Load();
        }
        catch (IOException e)
        {
            LogNotLoaded(_log, e.Message);
            return [];
        }
    }

    private void SaveAddresses()
    {
        _addresses.SweepNowAndThen();
        if (_addresses.Version == _savedAddresses) return;
        try
        {
            _options.Ledger.Save(_addresses.Leases);
            _savedAddresses = _addresses.Version;
        }
        catch (IOException e)
        {
            LogNotSaved(_log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "the control plane can no longer follow its store; proxies keep what they have until it is restarted")]
    private static partial void LogEnded(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "virtual addresses cannot be agreed upon with other controllers, they may change again: {Reason}")]
    private static partial void LogNotAgreed(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the record of virtual addresses cannot be read, services may get other ones than before: {Reason}")]
    private static partial void LogNotLoaded(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the record of virtual addresses cannot be written, after a restart services may get other ones: {Reason}")]
    private static partial void LogNotSaved(ILogger log, string reason);
}
