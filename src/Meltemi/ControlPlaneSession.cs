using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Dynamic;
using Meltemi.Proxy.Config.Dynamic.Saving;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Xds.Client;

namespace Meltemi.Program;

/// <summary>A proxy's tie to its control planes: follows them over gRPC, and keeps what was accepted on disk.</summary>
internal sealed class ControlPlaneSession : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private readonly SerialQueue _queue;
    private readonly ControlPlaneFollower _follower;
    private readonly StateSaver? _saver;
    private readonly DynamicConfig _config;
    private readonly string? _stateFile;
    private readonly ProxyHost _host;
    private readonly Log _log;

    /// <param name="host">The proxy.</param>
    /// <param name="codecs">The protocols that are known.</param>
    /// <param name="config">Who is followed.</param>
    /// <param name="stateDirectory">Where the state is kept; empty: nowhere.</param>
    /// <param name="live">Called once, when the first configuration is in force.</param>
    /// <param name="root">The process log.</param>
    public ControlPlaneSession(ProxyHost host, CodecRegistry codecs, DynamicConfig config, string stateDirectory, Action live, Log root)
    {
        (_host, _config, _log) = (host, config, root.For("config"));
        _queue = new SerialQueue(e => _log.Error("an update of the configuration failed because of an error in the proxy", e));
        _follower = new ControlPlaneFollower(host.DataPlane, codecs, config, Open, _queue, _log) { Live = live };
        if (stateDirectory.Length == 0) return;
        _stateFile = Path.Combine(stateDirectory, StateSaver.FileName(config.Node.Id));
        _saver = new StateSaver(_stateFile, config.Node.Id, () => _follower.Held, _queue, _log);
        _follower.Changed = _saver.Changed;
    }

    /// <summary>Takes over the file, then what was saved, and begins to follow.</summary>
    /// <returns>What could not be done of the file, one line each.</returns>
    public IReadOnlyList<string> Start(ProxyConfig file)
    {
        var saved = _stateFile is null ? [] : SavedResources.Load(_stateFile, _config.Node.Id, DateTimeOffset.UtcNow, _log);
        return Run(() => _follower.Start(file, saved), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes over a new state of the file.</summary>
    /// <returns>What could not be done, one line each.</returns>
    public IReadOnlyList<string> Apply(ProxyConfig file) => Run(() => _follower.Apply(file), Timeout.InfiniteTimeSpan);

    /// <summary>Everything from control planes that is known.</summary>
    public IReadOnlyList<ResourceStatus> Status() => [.. Run(() => _follower.Status, AnswerLimit)];

    /// <summary>Ends the streams and keeps what is not kept yet; the proxy goes on as it is.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_saver is not null) await (await _queue.RunAsync(_saver.FlushAsync).ConfigureAwait(false)).ConfigureAwait(false);
        await _follower.StopAsync().ConfigureAwait(false);
        await _queue.DisposeAsync().ConfigureAwait(false);
    }

    // For threads of signals and of the admin interface, which may wait.
    private T Run<T>(Func<T> function, TimeSpan limit)
    {
        var result = _queue.RunAsync(function).WaitAsync(limit).GetAwaiter().GetResult();
        _host.WaitForLoops();
        return result;
    }

    private XdsClient Open(IReadOnlyList<Uri> addresses, bool delta, string? type, IXdsHandler handler) =>
        new(new XdsClientOptions { Node = _config.Node, Type = type, Delta = delta }, [.. addresses.Select(address => new GrpcConnector(address))], handler, _queue);
}
