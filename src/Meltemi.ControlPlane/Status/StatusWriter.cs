using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Status;

/// <summary>What the status of resources is made from.</summary>
public interface IStatusSource
{
    /// <summary>
    /// A resource as the newest push took it into account; null: not yet, or not any more. Its generation is the one that is spoken about.
    /// </summary>
    Resource? Translated(ResourceKey key);

    /// <summary>What is wrong with it.</summary>
    ImmutableArray<Diagnostic> Findings(ResourceKey key);

    /// <summary>How far it, as it was translated, got with the proxies.</summary>
    ProxyUse Use(Resource resource);
}

/// <summary>
/// Keeps the status of every resource true: told which ones may have changed, it gathers for a moment, and writes those whose status differs. A store that
/// cannot be written is tried again.
/// </summary>
public sealed partial class StatusWriter : IAsyncDisposable
{
    /// <summary>How long changes are gathered: many proxies accept the same at about the same time.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes at the same time: one in a store on the network takes milliseconds.</summary>
    private const int Writers = 16;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly ImmutableHashSet<ResourceKind> NotForProxies =
        [ResourceKinds.ApplicationProtocol, ResourceKinds.WorkloadGroup, ResourceKinds.Sidecar];

    private readonly IResourceStore _store;
    private readonly IStatusSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<ResourceKey, bool> _changed = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _running;

    /// <summary>Begins to write.</summary>
    public StatusWriter(IResourceStore store, IStatusSource source, TimeProvider time, ILogger log)
    {
        (_store, _source, _time, _log) = (store, source, time, log);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Whether it is told of resources of a kind how far they got with proxies.</summary>
    public static bool IsForProxies(ResourceKind kind) => HasStatus(kind) && !NotForProxies.Contains(kind);

    /// <summary>The status of a resource may have changed. From any thread; returns at once.</summary>
    public void Changed(ResourceKey key)
    {
        if (key.Kind is null || !HasStatus(key.Kind) || !_changed.TryAdd(key, true)) return;
        Signal();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ended.Dispose();
        _signal.Dispose();
    }

    // Kubernetes' own kinds have a status of their own.
    private static bool HasStatus(ResourceKind kind) => kind.Group.Length > 0 && !kind.Flat;

    private void Signal()
    {
        try
        {
            _signal.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or has ended.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_ended.Token).ConfigureAwait(false);
                await Task.Delay(Gathering, _time, _ended.Token).ConfigureAwait(false);
                var failed = await WriteChangedAsync().ConfigureAwait(false);
                if (failed.Count == 0) continue;
                await Task.Delay(RetryDelay, _time, _ended.Token).ConfigureAwait(false);
                foreach (var key in failed) Changed(key);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task<IReadOnlyCollection<ResourceKey>> WriteChangedAsync()
    {
        var failed = new ConcurrentQueue<ResourceKey>();
        var together = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = _ended.Token };
        await Parallel.ForEachAsync(_changed.Keys, together, async (key, cancel) =>
        {
            _changed.TryRemove(key, out _);
            if (_source.Translated(key) is not { } resource) return;
            var stored = _store.Current.Resources.GetValueOrDefault(key);

            // A newer one is on its way to the proxies: nothing is said about it by what is known of the older one, and soon this is called again.
            if (stored?.Meta.Generation > resource.Meta.Generation) return;
            var before = stored?.Status;
            var use = NotForProxies.Contains(key.Kind) ? null : _source.Use(resource);
            var status = Conditions.Make(before, resource.Meta.Generation, _source.Findings(key), use, _time.GetUtcNow());
            if (status.Equals(before)) return;
            try
            {
                await _store.PutStatusAsync(key, resource.Meta.Uid, status, cancel).ConfigureAwait(false);
            }
            catch (StoreException e)
            {
                if (failed.IsEmpty) LogNotWritten(_log, key, e.Message);
                failed.Enqueue(key);
            }
        }).ConfigureAwait(false);
        return failed;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the status of {Key} cannot be written, trying again: {Reason}")]
    private static partial void LogNotWritten(ILogger log, ResourceKey key, string reason);
}
