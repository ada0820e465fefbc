using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// Follows etcd: (1) list everything, (2) watch from there, and again and again until it is disposed. After a broken connection the watch goes on
/// where it was; only when that was compacted away, or the data are others, everything is listed again and compared.
/// </summary>
internal sealed class EtcdConnection(
    EtcdStoreOptions options, EtcdClient client, EtcdKeys keys, EtcdView view, ResourceTable table, CreationClock created, ILogger log)
{
    private const int PageSize = 500;
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    private readonly Pulse _progress = new();
    private ulong _cluster;
    private bool _listed;
    private bool _told;
    private volatile string? _lost = "etcd was not asked yet";

    /// <summary>Why etcd cannot be used now, as a sentence; null: it can.</summary>
    public string? Lost => _lost;

    /// <summary>Told whenever something was taken in.</summary>
    public Pulse Progress => _progress;

    /// <summary>Called whenever something was taken in, before anybody is told.</summary>
    public Action TakenIn { get; init; } = () => { };

    /// <summary>Follows etcd until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        for (var failures = 0; !cancel.IsCancellationRequested; failures++)
        {
            var start = Environment.TickCount64;
            string reason;
            try
            {
                reason = await FollowAsync(cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                // Whatever it was, the next attempt, or the next server, may succeed.
                reason = e.Message;
            }

            if (reason.Length == 0) continue;
            Lose(reason);
            client.NextEndpoint();
            if (Environment.TickCount64 - start > Stable.TotalMilliseconds) failures = 0;
            await Task.Delay(Pause(failures), cancel).ConfigureAwait(false);
        }
    }

    // Ends with why it cannot go on; empty: list again.
    private async Task<string> FollowAsync(CancellationToken cancel)
    {
        // (1)
        if (!_listed) await ListAsync(cancel).ConfigureAwait(false);

        // (2)
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var check = CheckAsync(watching);
        try
        {
            var request = new WatchRequest(new(keys.First, keys.End, table.Current.Revision + 1));
            await foreach (var message in client.WatchAsync(request, watching.Token).ConfigureAwait(false))
            {
                if (!TakeIn(message)) return "";
            }

            return "the connection was closed";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await check.ConfigureAwait(false);
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
            await check.ConfigureAwait(false);
        }
    }

    private async Task ListAsync(CancellationToken cancel)
    {
        var pairs = new List<KeyValue>();
        var (from, revision, cluster) = (keys.First, 0L, 0UL);
        RangeResponse page;
        do
        {
            page = await client.RangeAsync(new(from, keys.End, PageSize, revision == 0 ? null : revision), cancel).ConfigureAwait(false);
            if (revision == 0) (revision, cluster) = (page.Header.Revision, page.Header.ClusterId);
            pairs.AddRange(page.Kvs ?? []);
            if (page.More) from = [.. page.Kvs![^1].Key, 0];
        }
        while (page.More);

        Find();
        _listed = true;
        lock (view.Gate) TakeIn(pairs, revision, cluster);
        _progress.Beat();
    }

    private void TakeIn(List<KeyValue> pairs, long revision, ulong cluster)
    {
        var before = table.Current;
        var resources = view.Replace(pairs);
        foreach (var resource in resources.Values) created.Saw(resource.Meta.CreationTimestamp);
        TakenIn();
        if (_cluster == cluster && Difference(before, resources, revision) is { } changes)
        {
            if (revision > before.Revision) table.Publish(revision, changes);
        }
        else
        {
            table.Load(new(revision, resources));
        }

        _cluster = cluster;
    }

    // Null: the one does not follow from the other.
    private static ImmutableArray<StoreChange>? Difference(StoreState before, ImmutableDictionary<ResourceKey, Resource> now, long revision)
    {
        var changes = new List<StoreChange>();
        foreach (var (key, resource) in now)
        {
            var old = before.Resources.GetValueOrDefault(key);
            if (old?.Meta.ResourceVersion != resource.Meta.ResourceVersion) changes.Add(new(Revision(resource), old, resource));
        }

        changes.AddRange(before.Resources.Values.Where(old => !now.ContainsKey(old.Key)).Select(old => new StoreChange(revision, old, null)));
        if (changes.Exists(change => change.Revision <= before.Revision) || revision < before.Revision) return null;
        return [.. changes.OrderBy(change => change.Revision)];
    }

    // False: list again.
    private bool TakeIn(WatchResponse message)
    {
        if (message.Canceled && message.CompactRevision == 0) throw new EtcdException(EtcdException.Unavailable, message.CancelReason ?? "the watch was cancelled");
        var isOther = message.Header is { } header && (header.ClusterId != _cluster || header.Revision < table.Current.Revision);
        if (message.Canceled || (message.Created && isOther))
        {
            _listed = false;
            return false;
        }

        if (message.Created) Find();
        if (message.Events is not { Length: > 0 } events) return true;
        lock (view.Gate) TakeIn(events);
        _progress.Beat();
        return true;
    }

    private void TakeIn(WatchEvent[] events)
    {
        var now = new Dictionary<ResourceKey, Resource?>();
        var changes = ImmutableArray.CreateBuilder<StoreChange>(events.Length);
        foreach (var happened in events)
        {
            if (view.Apply(happened) is not var (key, resource)) continue;
            var before = now.TryGetValue(key, out var earlier) ? earlier : table.Find(key);
            if (before?.Meta.ResourceVersion == resource?.Meta.ResourceVersion) continue;
            now[key] = resource;
            if (resource is not null) created.Saw(resource.Meta.CreationTimestamp);
            changes.Add(new(happened.Kv.ModRevision, before, resource));
        }

        TakenIn();
        table.Publish(events[^1].Kv.ModRevision, changes.ToImmutable());
    }

    // Asks now and then whether the server is still there, with a read that a majority must agree to; ends the watch when it is not.
    private async Task<string> CheckAsync(CancellationTokenSource watching)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.CheckInterval, watching.Token).ConfigureAwait(false);
                await client.RangeAsync(new(keys.First, CountOnly: true), watching.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            await watching.CancelAsync().ConfigureAwait(false);
            return e.Message;
        }
    }

    private void Lose(string reason)
    {
        _lost = $"etcd at {client.Endpoint} cannot be used ({reason}): resources are served as they were";
        if (!_told) StoreLog.ReadOnly(log, _lost);
        _told = true;
    }

    private void Find()
    {
        if (_lost is not null) StoreLog.Connected(log, client.Endpoint);
        (_lost, _told) = (null, false);
    }

    // Doubled and jittered, so that many controllers do not come back in step.
    private TimeSpan Pause(int failures)
    {
        var pause = options.FirstRetry * Math.Pow(2, Math.Min(failures, 30));
        return (pause < options.LongestRetry ? pause : options.LongestRetry) * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private static long Revision(Resource resource) => long.Parse(resource.Meta.ResourceVersion, null);
}
