namespace Meltemi.Transport;

/// <summary>
/// A timer that is its own node in the loop's wheel: embed or derive it, and scheduling and cancelling are O(1) and allocate nothing.
/// Loop thread only. Started by <see cref="EventLoop.Schedule"/>.
/// <para>A timer that is moved to a later time, or rests, keeps its place; when that place's time comes, the wheel looks whether there is anything
/// to do. So a timer that is started and put to rest with every request, and hardly ever expires, costs next to nothing.</para>
/// </summary>
public abstract class LoopTimer
{
    internal TimerWheel? Wheel;
    internal LoopTimer? Next;
    internal LoopTimer? Previous;
    internal long Tick;
    internal long PlacedTick;
    internal int Slot;

    /// <summary>Waiting for its time. False already while <see cref="OnExpired"/> runs, so that it may be scheduled again there.</summary>
    public bool IsScheduled { get; internal set; }

    /// <summary>Takes the timer back; does nothing if it is not scheduled.</summary>
    public void Cancel() => Wheel?.Remove(this);

    /// <summary>
    /// As <see cref="Cancel"/>, but the wheel goes on referring to the timer until its time would have come: for timers of objects that are used again.
    /// </summary>
    public void Rest() => Wheel?.Rest(this);

    /// <summary>The time has come.</summary>
    protected internal abstract void OnExpired();
}
