namespace Meltemi.Transport;

/// <summary>
/// Calls from other threads. Two arrays swap places; a lock guards them together with the loop's word on whether it sleeps, so that a
/// call posted while the loop goes to sleep either is seen by it or wakes it. Work on the request path never comes through here.
/// </summary>
internal sealed class PostQueue(Poller poller)
{
    private readonly Lock _lock = new();
    private Item[] _incoming = new Item[16];
    private Item[] _running = new Item[16];
    private int _count;
    private bool _sleeping;
    private bool _closed;

    private readonly record struct Item(Delegate Callback, object? State);

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Any thread. After <see cref="Close"/> the call is dropped.</summary>
    public void Add(Delegate callback, object? state)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            if (_count == _incoming.Length)
                Array.Resize(ref _incoming, _count * 2);
            _incoming[_count++] = new Item(callback, state);
            WakeIfSleeping();
        }
    }

    /// <summary>Wakes the loop if it sleeps. Any thread.</summary>
    public void Wake()
    {
        lock (_lock)
            WakeIfSleeping();
    }

    /// <summary>The loop is about to sleep, unless something was posted or <paramref name="stopping"/> was set.</summary>
    public bool TryStartSleep(ref bool stopping)
    {
        lock (_lock)
            return _sleeping = _count == 0 && !Volatile.Read(ref stopping);
    }

    public void EndSleep()
    {
        lock (_lock)
            _sleeping = false;
    }

    /// <summary>Runs what was posted before the call; what these post runs in the next turn.</summary>
    public bool Run(EventLoop loop)
    {
        if (IsEmpty)
            return false;
        int count;
        lock (_lock)
        {
            (_incoming, _running) = (_running, _incoming);
            count = _count;
            _count = 0;
        }
        for (int i = 0; i < count; i++)
        {
            Item item = _running[i];
            _running[i] = default;
            try
            {
                if (item.Callback is SendOrPostCallback continuation)
                    continuation(item.State);
                else
                    ((Action<object?>)item.Callback)(item.State);
            }
            catch (Exception e)
            {
                loop.ReportUnhandled(e, item.State);
            }
        }
        return true;
    }

    /// <summary>No more calls, and no more wake-ups: the poller's descriptors are about to go.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _count = 0;
            Array.Clear(_incoming);
        }
    }

    private void WakeIfSleeping()
    {
        if (!_sleeping || _closed)
            return;
        _sleeping = false;
        poller.Wake();
    }
}
