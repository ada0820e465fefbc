namespace Meltemi.Transport;

/// <summary>epoll's promises in memory: connections tell each edge once, listeners tell as long as connections wait.</summary>
internal sealed class MemoryPoller(MemoryKernel kernel, EventLoop loop) : Poller
{
    private readonly List<int> _listeners = [];
    private bool _woken;

    public EventLoop Loop { get; } = loop;

    public List<MemorySocket> Edges { get; } = [];

    public override int AddConnection(int socket)
    {
        MemorySocket added = kernel.SocketOf(socket);
        added.Poller = this;
        if (added.Readiness != 0)
            added.Raise();
        return 0;
    }

    public override int AddListener(int socket)
    {
        _listeners.Add(socket);
        return 0;
    }

    public override void Remove(int socket) => _listeners.Remove(socket);

    public override int Wait(Span<PollEvent> events, int timeoutMilliseconds)
    {
        kernel.Pump();
        int count = 0;
        foreach (int listener in _listeners)
        {
            if (count < events.Length && kernel.ListeningOf(listener)?.Waiting.Count > 0)
                events[count++] = new PollEvent(listener, PollEvents.In);
        }
        int taken = 0;
        for (; taken < Edges.Count && count < events.Length; taken++)
        {
            MemorySocket socket = Edges[taken];
            socket.HasEdge = false;
            if (!socket.IsClosed && socket.Readiness is > 0 and var readiness)
                events[count++] = new PollEvent(socket.Number, readiness);
        }
        Edges.RemoveRange(0, taken);
        if (count == 0 && timeoutMilliseconds < 0 && !_woken)
            throw new InvalidOperationException("In memory nothing happens while a loop sleeps: turn it by RunUntilIdle or AdvanceTime.");
        _woken = false;
        return count;
    }

    public override void Wake() => _woken = true;

    protected override void Dispose(bool disposing) => kernel.Forget(this);
}
