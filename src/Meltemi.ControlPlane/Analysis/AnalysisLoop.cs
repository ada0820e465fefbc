using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>
/// Runs the analysis beside pushing, so that proxies do not wait for what is only said: changes that come while it is busy are taken together, with the newest
/// model.
/// </summary>
internal sealed partial class AnalysisLoop : IAsyncDisposable
{
    private readonly Analyzer _analyzer;
    private readonly Action<IReadOnlyCollection<ResourceKey>> _done;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _running;
    private (MeshModel Model, StoreState State, ModelChanges Changes)? _next;
    private StoreState _state = StoreState.Empty;

    /// <param name="analyzer">What it runs.</param>
    /// <param name="done">Is told which resources changed in <see cref="State"/>.</param>
    /// <param name="log">Where mistakes go.</param>
    public AnalysisLoop(Analyzer analyzer, Action<IReadOnlyCollection<ResourceKey>> done, ILogger log)
    {
        (_analyzer, _done, _log) = (analyzer, done, log);
        _running = Task.Run(RunAsync);
    }

    /// <summary>The newest resources about which everything was said.</summary>
    public StoreState State => Volatile.Read(ref _state);

    /// <summary>There is a newer model.</summary>
    public void Enqueue(MeshModel model, StoreState state, ModelChanges changes)
    {
        lock (_gate)
        {
            if (_next is { } waiting)
            {
                waiting.Changes.Add(changes);
                changes = waiting.Changes;
            }

            _next = (model, state, changes);
        }

        _signal.Release();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ended.Dispose();
        _signal.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_ended.Token).ConfigureAwait(false);
                (MeshModel Model, StoreState State, ModelChanges Changes)? next;
                lock (_gate) (next, _next) = (_next, null);
                if (next is { } work) Analyze(work.Model, work.State, work.Changes);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The end.
        }
    }

    private void Analyze(MeshModel model, StoreState state, ModelChanges changes)
    {
        try
        {
            _analyzer.Analyze(model, state, changes);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What is said about resources is not worth the control plane.
            LogFailed(_log, e);
        }

        Volatile.Write(ref _state, state);
        _done(changes.Resources);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the status of some resources could not be found out; this is a mistake in the control plane, please report it")]
    private static partial void LogFailed(ILogger log, Exception e);
}
