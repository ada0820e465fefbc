namespace Meltemi.Transport;

// The turn itself and the lists that it works off.
public sealed partial class EventLoop
{
    internal void AddReady(Connection connection) => _ready.Add(connection);

    internal void AddTouched(Connection connection) => _touched.Add(connection);

    internal void AddClosed(Connection connection) => _closed.Add(connection);

    /// <summary>Watches a connection; 0 or a negated error.</summary>
    internal int Register(Connection connection)
    {
        Remember(connection);
        return _poller.AddConnection(connection.Socket);
    }

    /// <summary>Watches a listener; 0 or a negated error.</summary>
    internal int Register(Listener listener)
    {
        Remember(listener);
        return _poller.AddListener(listener.Socket);
    }

    internal void Unregister(PollSource source)
    {
        if (source is Listener)
            _poller.Remove(source.Socket); // shared sockets live on; a connection's leaves by being closed
        _sources[source.Socket] = null;
    }

    /// <summary>Milliseconds to the next timer; -1 if there is none.</summary>
    internal int MillisecondsToTimer => Timers.NextTick is >= 0 and var tick
        ? (int)Math.Clamp(tick - (NowMilliseconds - _origin), 0, int.MaxValue)
        : -1;

    private bool Turn(int maxWait)
    {
        // 1
        int count = Wait(maxWait);
        // 2
        ReadClock();
        CallHook(TurnStarted);
        // 3
        bool any = count > 0 || !_ready.IsEmpty || !_touched.IsEmpty || !_closed.IsEmpty;
        for (int i = 0; i < count; i++)
            Dispatch(_events[i]);
        // 4
        foreach (Connection connection in _ready.Take())
            connection.Receive();
        // 5, 6
        any |= _posted.Run(this);
        any |= Timers.Advance(NowMilliseconds - _origin, this);
        CallHook(TurnEnded);
        // 7, 8
        FlushTouched();
        if (!_closed.IsEmpty)
        {
            CloseEnded();
            FlushTouched();
        }
        return any;
    }

    private void Dispatch(PollEvent happened)
    {
        if ((uint)happened.Socket >= (uint)_sources.Length || _sources[happened.Socket] is not { } source)
            return;
        try
        {
            source.OnEvents(happened.Events);
        }
        catch (Exception e)
        {
            ReportUnhandled(e, source); // handlers' exceptions end before; one of our own must not take the other events with it
        }
    }

    private void CallHook(Action? hook)
    {
        try
        {
            hook?.Invoke();
        }
        catch (Exception e)
        {
            ReportUnhandled(e, hook);
        }
    }

    private int Wait(int maxWait)
    {
        int timeout = 0;
        if (maxWait != 0 && _ready.IsEmpty && _touched.IsEmpty && _closed.IsEmpty && _posted.IsEmpty)
        {
            ReadClock();
            int toTimer = MillisecondsToTimer;
            timeout = toTimer < 0 ? maxWait : maxWait < 0 ? toTimer : Math.Min(toTimer, maxWait);
            if (timeout != 0 && !_posted.TryStartSleep(ref _stopping))
                timeout = 0;
        }
        int count = _poller.Wait(_events, timeout);
        if (timeout != 0)
            _posted.EndSleep();
        return count;
    }

    private void FlushTouched()
    {
        foreach (Connection connection in _touched.Take())
            connection.Flush();
    }

    private void CloseEnded()
    {
        foreach (Connection connection in _closed.Take())
        {
            Gauges.OpenConnections--;
            connection.Dismantle();
        }
    }

    private void ReadClock()
    {
        NowNanoseconds = Kernel.Nanoseconds;
        NowMilliseconds = NowNanoseconds / NanosecondsPerMillisecond;
    }

    private SynchronizationContext? Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_thread != 0)
            throw new InvalidOperationException("The loop runs already.");
        _thread = Environment.CurrentManagedThreadId;
        SynchronizationContext? previous = SynchronizationContext.Current;
        System.Threading.SynchronizationContext.SetSynchronizationContext(SynchronizationContext);
        return previous;
    }

    private void Leave(SynchronizationContext? previous)
    {
        System.Threading.SynchronizationContext.SetSynchronizationContext(previous);
        _thread = 0;
    }

    private void Remember(PollSource source)
    {
        if (source.Socket >= _sources.Length)
            Array.Resize(ref _sources, Math.Max(source.Socket + 1, _sources.Length * 2));
        _sources[source.Socket] = source;
    }
}
