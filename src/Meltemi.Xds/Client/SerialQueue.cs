using System.Threading.Channels;

namespace Meltemi.Xds.Client;

/// <summary>A queue on the thread pool; holds no thread while there is nothing to do.</summary>
public sealed class SerialQueue : ISerialQueue, IAsyncDisposable
{
    private readonly Channel<Action> _actions = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly Action<Exception> _failed;
    private readonly Task _running;

    /// <summary>Begins to run.</summary>
    /// <param name="failed">Gets what an action threw; the queue goes on.</param>
    /// <param name="time">Clock; null: the system's.</param>
    public SerialQueue(Action<Exception> failed, TimeProvider? time = null)
    {
        _failed = failed;
        Time = time ?? TimeProvider.System;
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public void Post(Action action) => _actions.Writer.TryWrite(action);

    /// <inheritdoc/>
    public IDisposable After(TimeSpan delay, Action action)
    {
        var entry = new Delayed(this, action);
        entry.Timer = Time.CreateTimer(static entry => ((Delayed)entry!).Due(), entry, delay, Timeout.InfiniteTimeSpan);
        return entry;
    }

    /// <summary>Runs what is there, then no more.</summary>
    public async ValueTask DisposeAsync()
    {
        _actions.Writer.TryComplete();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await foreach (var action in _actions.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                _failed(e);
            }
        }
    }

    private sealed class Delayed(SerialQueue queue, Action action) : IDisposable
    {
        private volatile bool _disposed;

        public ITimer? Timer { get; set; }

        public void Due() => queue.Post(() =>
        {
            if (!_disposed) action();
        });

        public void Dispose()
        {
            _disposed = true;
            Timer?.Dispose();
        }
    }
}
