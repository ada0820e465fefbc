using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Meltemi.ControlPlane.Introspection;

/// <summary>
/// Hands events to whoever listens. Whoever tells of one never waits: a listener that cannot follow loses the oldest ones and is told how many.
/// </summary>
public sealed class EventLog(TimeProvider time)
{
    /// <summary>Events that a listener may be behind.</summary>
    public const int MaxBehind = 4096;

    /// <summary>Listeners at the same time.</summary>
    public const int MaxListeners = 64;

    private ImmutableArray<Listener> _listeners = [];

    /// <summary>Tells of an event.</summary>
    public void Add(string subject, string what, string message = "")
    {
        var listeners = _listeners;
        if (listeners.IsEmpty) return;
        var item = new MeshEvent(time.GetUtcNow(), subject, what, message);
        foreach (var listener in listeners) listener.Events.Writer.TryWrite(item);
    }

    /// <summary>Events from now on, without end.</summary>
    /// <exception cref="InvalidOperationException">Too many listen already.</exception>
    public async IAsyncEnumerable<MeshEvent> ListenAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var listener = new Listener();
        ImmutableInterlocked.Update(ref _listeners, list => list.Length < MaxListeners
            ? list.Add(listener)
            : throw new InvalidOperationException($"{MaxListeners} listen already"));
        try
        {
            await foreach (var item in listener.Events.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                if (Interlocked.Exchange(ref listener.Lost, 0) is > 0 and var lost)
                    yield return new(item.Time, "events", "Lost", $"{lost} events, because the listener was too slow");
                yield return item;
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _listeners, list => list.Remove(listener));
        }
    }

    private sealed class Listener
    {
        public long Lost;

        public Listener() => Events = Channel.CreateBounded<MeshEvent>(
            new BoundedChannelOptions(MaxBehind) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref Lost));

        public Channel<MeshEvent> Events { get; }
    }
}
