namespace Meltemi.Transport;

/// <summary>
/// A timer that is its own node in the loop's wheel: embed or derive it, and scheduling and cancelling are O(1) and allocate nothing.
/// Loop thread only. Started by <see cref="EventLoop.Schedule"/>.
/// </summary>
public abstract class LoopTimer
{
    internal TimerWheel? Wheel;
    internal LoopTimer? Next;
    internal LoopTimer? Previous;
    internal long Tick;
    internal int Slot;

    /// <summary>Waiting for its time. False already while <see cref="OnExpired"/> runs, so that it may be scheduled again there.</summary>
    public bool IsScheduled => Wheel is not null;

    /// <summary>Takes the timer back; does nothing if it is not scheduled.</summary>
    public void Cancel() => Wheel?.Remove(this);

    /// <summary>The time has come.</summary>
    protected internal abstract void OnExpired();
}
