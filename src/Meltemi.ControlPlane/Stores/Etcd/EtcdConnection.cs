using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// Follows etcd: (1) list everything, (2) watch from there, and again and again until it is disposed. After a broken connection the watch goes on
/// where it was; only when that was compacted away, or the data are others, everything is listed again and compared.
/// </summary>
internal sealed class EtcdConnection(
    EtcdStoreOptions options, EtcdClient client, EtcdKeys keys, EtcdIntake intake, ILogger log)
{
    private const int PageSize = 500;
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    private readonly Pulse _progress = new();
    private bool _listed;
    private bool _told;
    private volatile string? _lost = "etcd was not asked yet";

    /// <summary>Why etcd cannot be used now, as a sentence; null: it can.</summary>
    public string? Lost => _lost;

    /// <summary>Told whenever something was taken in.</summary>
    public Pulse Progress => _progress;

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
            var request = new WatchRequest(new(keys.First, keys.End, intake.Revision + 1));
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
        intake.Replace(pairs, revision, cluster);
        _progress.Beat();
    }

    // False: list again.
    private bool TakeIn(WatchResponse message)
    {
        if (message.Canceled && message.CompactRevision == 0) throw new EtcdException(EtcdException.Unavailable, message.CancelReason ?? "the watch was cancelled");
        var isOther = message.Header is { } header && (header.ClusterId != intake.Cluster || header.Revision < intake.Revision);
        if (message.Canceled || (message.Created && isOther))
        {
            _listed = false;
            return false;
        }

        if (message.Created) Find();
        if (message.Events is not { Length: > 0 } events) return true;
        intake.Apply(events);
        _progress.Beat();
        return true;
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
}
