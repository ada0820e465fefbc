using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// What this controller says about itself, under a lease: etcd deletes it when this controller is not heard of any more. A lease that was lost is replaced,
/// and everything is said again.
/// </summary>
internal sealed partial class EtcdLease(EtcdStoreOptions options, EtcdClient client, EtcdKeys keys, ILogger log)
{
    /// <summary>etcd takes at most 128 operations in a transaction.</summary>
    private const int Together = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private long _lease;
    private long _heard;
    private bool _isFailing;

    /// <summary>Says something; null: nothing any more. Written soon, in the order in which it was said first.</summary>
    public void Say(string name, string? text)
    {
        lock (_gate)
        {
            if (text == _said.GetValueOrDefault(name)) return;
            if (text is null) _said.Remove(name);
            else _said[name] = text;
            Wait(name);
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }

    /// <summary>Writes and stays alive until it is cancelled; then takes everything back.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_lease == 0 ? Timeout.InfiniteTimeSpan : options.LeaseTime / 3, cancel).ConfigureAwait(false);
                while (!await TryAsync(cancel).ConfigureAwait(false)) await Task.Delay(options.FirstRetry * 4, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await RevokeAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        try
        {
            if (_lease != 0) await KeepAsync(cancel).ConfigureAwait(false);
            if (_lease == 0) await GrantAsync(cancel).ConfigureAwait(false);
            while (Next() is { Count: > 0 } names) await WriteAsync(names, cancel).ConfigureAwait(false);
            if (_isFailing) LogAgain(log);
            _isFailing = false;
            return true;
        }
        catch (Exception e) when (e is EtcdException or HttpRequestException or IOException or JsonException)
        {
            if (e is EtcdException { IsNotFound: true }) _lease = 0;
            if (!_isFailing) LogFailed(log, e.Message);
            _isFailing = true;
            return false;
        }
    }

    private async Task KeepAsync(CancellationToken cancel)
    {
        if (Environment.TickCount64 - _heard < options.LeaseTime.TotalMilliseconds / 4) return;
        if ((await client.KeepAliveAsync(_lease, cancel).ConfigureAwait(false)).Ttl == 0) _lease = 0;
        _heard = Environment.TickCount64;
    }

    private async Task GrantAsync(CancellationToken cancel)
    {
        var lease = (await client.GrantAsync((long)Math.Ceiling(options.LeaseTime.TotalSeconds), cancel).ConfigureAwait(false)).Id;
        lock (_gate)
        {
            (_lease, _heard) = (lease, Environment.TickCount64);
            foreach (var name in _said.Keys) Wait(name);
        }
    }

    private async Task WriteAsync(List<string> names, CancellationToken cancel)
    {
        var operations = new RequestOp[names.Count];
        lock (_gate)
        {
            for (var i = 0; i < names.Count; i++)
            {
                operations[i] = _said.TryGetValue(names[i], out var text)
                    ? new(RequestPut: new(keys.Shared(names[i]), Encoding.UTF8.GetBytes(text), _lease))
                    : new(RequestDeleteRange: new(keys.Shared(names[i])));
            }
        }

        try
        {
            await client.TxnAsync(new([], operations), cancel).ConfigureAwait(false);
        }
        catch
        {
            lock (_gate)
                foreach (var name in names) Wait(name);
            throw;
        }
    }

    private List<string> Next()
    {
        var names = new List<string>(Together);
        lock (_gate)
            while (names.Count < Together && _order.TryDequeue(out var name))
            {
                _waiting.Remove(name);
                names.Add(name);
            }

        return names;
    }

    private void Wait(string name)
    {
        if (_waiting.Add(name)) _order.Enqueue(name);
    }

    // If it cannot be done, etcd does it when the lease ends.
    private async Task RevokeAsync()
    {
        if (_lease == 0) return;
        using var limit = new CancellationTokenSource(options.ConnectTimeout);
        try
        {
            await client.RevokeAsync(_lease, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdException or HttpRequestException or OperationCanceledException)
        {
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "what this controller says to others cannot be written to etcd, trying again: {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "what this controller says to others is written to etcd again")]
    private static partial void LogAgain(ILogger log);
}
