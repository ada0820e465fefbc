namespace Meltemi.Transport;

/// <summary>Continuations of awaits on the loop's thread come back to it through <see cref="EventLoop.Post"/>'s queue.</summary>
internal sealed class LoopSynchronizationContext(EventLoop loop, PostQueue posted) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => posted.Add(d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        // Waiting for a loop invites deadlocks; nothing needs it.
        if (!loop.IsOnLoopThread)
            throw new NotSupportedException("A loop is not waited for: use Post.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
