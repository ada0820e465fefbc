using Meltemi.Proxy.Flow;
using Meltemi.Transport;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>
/// A request's place in the line, and the timer of its patience. The links and the state belong to the gate's lock; everything else to the loop of
/// the request, which hears by a posted call what became of it.
/// </summary>
/// <param name="told">Called on the loop when the gate has decided.</param>
/// <param name="loop">The request's loop.</param>
/// <param name="impatient">Called when it has waited long enough.</param>
internal sealed class GateTicket(Action<GateTicket> told, EventLoop loop, Action<GateTicket>? impatient = null) : LoopTimer
{
    internal GateTicket? Next;
    internal GateTicket? Previous;
    internal GateState State;

    /// <summary>Who waits; null: it is over, whatever the gate says.</summary>
    public Exchange? Exchange { get; set; }

    /// <summary>0 to 9; the higher, the sooner.</summary>
    public int Priority { get; set; }

    /// <summary>Has the loop look at <see cref="State"/>. From any thread.</summary>
    public void Tell() => loop.Post(static ticket => ((GateTicket)ticket!).Hear(), this);

    protected override void OnExpired() => impatient?.Invoke(this);

    private void Hear() => told(this);
}

/// <summary>What the gate says of a request.</summary>
internal enum GateState : byte
{
    /// <summary>Not in the line.</summary>
    Out,

    /// <summary>In the line.</summary>
    Waiting,

    /// <summary>Let in: it holds a place.</summary>
    Inside,

    /// <summary>Gave way to a more important one.</summary>
    GivenUp,
}
