using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// Resources in etcd, where several controllers share them. Everything is in memory too: without etcd it is served as it was, and nothing can be
/// written. A resource's version is etcd's revision of its last change.
/// </summary>
public sealed class EtcdStore : IResourceStore
{
    private const int MaxAttempts = 10;

    private readonly EtcdStoreOptions _options;
    private readonly EtcdClient _client;
    private readonly EtcdKeys _keys;
    private readonly EtcdView _view;
    private readonly EtcdConnection _connection;
    private readonly ResourceTable _table;
    private readonly CreationClock _created;
    private readonly SourceProblemBoard _problems;
    private readonly EtcdShared _shared;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile string? _full;

    /// <summary>Begins to follow etcd; <see cref="Synced"/> tells when it answered.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="log">Where problems are logged as well.</param>
    /// <param name="time">Clock; null: the system's.</param>
    /// <exception cref="StoreException">A certificate cannot be read.</exception>
    public EtcdStore(EtcdStoreOptions options, ILogger log, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _options = options;
        _client = new(options);
        _keys = new(options.Prefix);
        _view = new(_keys, options.Limits);
        _table = new(options.Limits);
        _created = new(time);
        _problems = new(time, log);
        var records = new EtcdRecords(_keys);
        _connection = new(options, _client, _keys, new(_view, records, _table, _created, _problems), log);
        var lease = new EtcdLease(options, _client, _keys, log);
        _shared = new(options, _client, _keys, records, lease, _connection);
        _running = Task.WhenAll(Task.Run(() => _connection.RunAsync(_stop.Token)), Task.Run(() => lease.RunAsync(_stop.Token)));
    }

    /// <inheritdoc/>
    public StoreState Current => _table.Current;

    /// <inheritdoc/>
    public Task Synced => _table.Synced;

    /// <inheritdoc/>
    public string? ReadOnlyReason => _connection.Lost ?? _full;

    /// <inheritdoc/>
    public ImmutableArray<SourceProblem> SourceProblems => _problems.Current;

    /// <inheritdoc/>
    public ISharedRecords? Shared => _shared;

    /// <inheritdoc/>
    public event Action? SourceProblemsChanged
    {
        add => _problems.Changed += value;
        remove => _problems.Changed -= value;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, CancellationToken cancel) => _table.WatchAsync(afterRevision, cancel);

    /// <inheritdoc/>
    public async Task<Resource> PutAsync(Resource resource, string? expectedVersion, CancellationToken cancel)
    {
        WriteRules.CheckSize(resource, _options.Limits);
        return await WriteAsync(resource.Key, expectedVersion, before =>
        {
            WriteRules.CheckPut(resource, before, expectedVersion, Current.Resources.Count, _options.Limits);
            var after = WriteRules.Next(resource, before, 0, before is null ? _created.Next() : default);
            if (ReferenceEquals(after, before)) return new(before, []);
            return new(after, [new(RequestPut: new(_keys.Resource(resource.Key), EtcdValues.Write(after)))]);
        }, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<Resource> DeleteAsync(ResourceKey key, string? expectedVersion, CancellationToken cancel) =>
        WriteAsync(key, expectedVersion, before => new(
            WriteRules.CheckDelete(key, before, expectedVersion),
            [new(RequestDeleteRange: new(_keys.Resource(key))), new(RequestDeleteRange: new(_keys.Status(key)))]), cancel);

    /// <inheritdoc/>
    public async Task PutStatusAsync(ResourceKey key, string uid, ResourceStatus status, CancellationToken cancel) =>
        await WriteAsync(key, null, before =>
        {
            var after = WriteRules.NextStatus(before, uid, status, 0);
            return after is null ? new(before!, []) : new(after, [new(RequestPut: new(_keys.Status(key), EtcdValues.Write(uid, status)))]);
        }, cancel).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
    }

    // Decided on what is in memory, done only if that is what etcd has; else decided again when memory has followed.
    private async Task<Resource> WriteAsync(ResourceKey key, string? expectedVersion, Func<Resource?, Write> decide, CancellationToken cancel)
    {
        if (_connection.Lost is { } lost) throw new StoreException(StoreError.ReadOnly, $"{key} was not written: {lost}");
        await FollowAsync(expectedVersion, cancel).ConfigureAwait(false);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            long known;
            Resource? before;
            lock (_view.Gate) (known, before) = (_view.RevisionOf(key), _table.Find(key));
            var write = decide(before);
            if (write.Operations.Length == 0) return write.After;
            if (await TryAsync(key, known, write, cancel).ConfigureAwait(false) is { } written) return written;
            if (!await _connection.Progress.UntilAsync(() => RevisionOf(key) != known, _options.RequestTimeout, cancel).ConfigureAwait(false)) break;
        }

        throw new StoreException(StoreError.Conflict, $"{key} is being changed all the time, or etcd is ahead of this controller: read it again and repeat the change");
    }

    private async Task<Resource?> TryAsync(ResourceKey key, long known, Write write, CancellationToken cancel)
    {
        try
        {
            var answer = await _client.TxnAsync(new([new(_keys.Resource(key), known)], write.Operations), cancel).ConfigureAwait(false);
            if (!answer.Succeeded) return null;
            _full = null;
            return await SeenAsync(key, write.After, answer.Header.Revision, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdException or HttpRequestException)
        {
            var failure = EtcdErrors.Explain(e, key, _client.Endpoint);
            if (e is EtcdException { IsFull: true }) _full = failure.Message;
            throw failure;
        }
    }

    private long RevisionOf(ResourceKey key)
    {
        lock (_view.Gate) return _view.RevisionOf(key);
    }

    // Who writes reads what he wrote. If the watch is slow, it is written all the same.
    private async Task<Resource> SeenAsync(ResourceKey key, Resource after, long revision, CancellationToken cancel)
    {
        await _connection.Progress.UntilAsync(() => Current.Revision >= revision, _options.RequestTimeout, cancel).ConfigureAwait(false);
        var version = WriteRules.Version(revision);
        return _table.Find(key) is { } found && found.Meta.ResourceVersion == version
            ? found
            : after with { Meta = after.Meta with { ResourceVersion = version } };
    }

    // A version that another controller gave may not have come here yet.
    private async Task FollowAsync(string? version, CancellationToken cancel)
    {
        if (long.TryParse(version, out var revision) && revision > Current.Revision)
            await _connection.Progress.UntilAsync(() => Current.Revision >= revision, _options.RequestTimeout, cancel).ConfigureAwait(false);
    }

    private readonly record struct Write(Resource After, RequestOp[] Operations);
}
