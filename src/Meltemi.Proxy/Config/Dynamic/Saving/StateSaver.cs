using Google.Protobuf.WellKnownTypes;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Xds.Client;
using Meltemi.Xds.Server;
using Meltemi.Xds.State.V1;

namespace Meltemi.Proxy.Config.Dynamic.Saving;

/// <summary>
/// Keeps what was accepted on disk: when it has been quiet for a moment, so that a proxy that is killed loses next to nothing, and never two at a time.
/// Collecting is done on the queue, writing on the thread pool, so that neither loops nor updates wait for a disk. A disk that does not take it is worth
/// one warning.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="nodeId">Whose state it is.</param>
/// <param name="held">What there is to save; called on the queue.</param>
/// <param name="queue">The queue.</param>
/// <param name="log">The process log.</param>
public sealed class StateSaver(
    string path, string nodeId, Func<IEnumerable<(string Source, XdsResource Resource)>> held, ISerialQueue queue, Log log)
{
    /// <summary>Changes are collected until none came for so long; longer if writing takes long, so that a disk is busy with it a tenth of the time at most.</summary>
    public static TimeSpan Quiet { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Changes that do not end are written after so long.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(1);

    private TimeSpan _quiet = Quiet;
    private long _since;
    private IDisposable? _scheduled;
    private bool _isWriting;
    private bool _changedMeanwhile;
    private bool _isFailing;

    /// <summary>Completes when what is being written at present is; for tests.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>Name of the file of a proxy: several may share a folder.</summary>
    public static string FileName(string nodeId) =>
        $"proxy-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(nodeId)).AsSpan(0, 8))}.state";

    /// <summary>Something changed. On the queue.</summary>
    public void Changed()
    {
        if (_isWriting)
        {
            _changedMeanwhile = true;
        }
        else
        {
            if (_scheduled is null) _since = queue.Time.GetTimestamp();
            _scheduled?.Dispose();
            var left = Longest - queue.Time.GetElapsedTime(_since);
            _scheduled = queue.After(left > _quiet ? _quiet : left > TimeSpan.Zero ? left : TimeSpan.Zero, Begin);
        }
    }

    /// <summary>Writes at once what waits to be written; completes when it is. On the queue, as the last thing.</summary>
    public Task FlushAsync()
    {
        if (_scheduled is not null && !_isWriting) Begin();
        return Writing;
    }

    private void Begin()
    {
        var entries = held().ToArray();
        _scheduled?.Dispose();
        (_scheduled, _isWriting, _changedMeanwhile) = (null, true, false);
        var (now, started) = (queue.Time.GetUtcNow(), queue.Time.GetTimestamp());
        Writing = Task.Run(() => Write(entries, now, started));
    }

    private void Write((string Source, XdsResource Resource)[] entries, DateTimeOffset now, long started)
    {
        var problem = TryWrite(entries, now);
        var took = queue.Time.GetElapsedTime(started);
        queue.Post(() =>
        {
            if (problem is not null && !_isFailing) log.Warning($"the accepted configuration cannot be kept in {path}: {problem}");
            if (problem is null && _isFailing) log.Info($"the accepted configuration is kept in {path} again");
            _isFailing = problem is not null;
            _isWriting = false;
            _quiet = took * 10 < Quiet ? Quiet : took * 10 < Longest ? took * 10 : Longest;
            if (_changedMeanwhile) Changed();
        });
    }

    private string? TryWrite((string Source, XdsResource Resource)[] entries, DateTimeOffset now)
    {
        var bytes = entries.Sum(entry => (long)entry.Resource.Body.Length + 256);
        if (bytes > StateFile.MaxBytes) return $"it has about {bytes} bytes; at most {StateFile.MaxBytes} are kept";
        var state = new SavedState { NodeId = nodeId, Saved = Timestamp.FromDateTimeOffset(now) };
        foreach (var (source, resource) in entries)
        {
            state.Entries.Add(new SavedState.Types.Entry
            {
                Source = source,
                Type = resource.Type,
                Name = resource.Name,
                Version = resource.Version,
                Body = resource.Body,
            });
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            StateFile.Save(path, state);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
