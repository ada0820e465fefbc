namespace Meltemi.Transport;

// The test's hands: turning the loops and moving time.
public sealed partial class MemoryKernel
{
    // A test that needs more is going round in circles.
    private const int MaxTurns = 100_000;

    private const long NanosecondsPerMillisecond = 1_000_000;

    private long _now = 1_000_000 * NanosecondsPerMillisecond;

    /// <inheritdoc/>
    public override long Nanoseconds => _now;

    /// <summary>The fake clock in milliseconds.</summary>
    public long NowMilliseconds => _now / NanosecondsPerMillisecond;

    /// <summary>Turns all loops until none has anything to do at this moment. Time stands still.</summary>
    /// <exception cref="InvalidOperationException">They never come to rest.</exception>
    public void RunUntilIdle()
    {
        for (int turn = 0; turn < MaxTurns; turn++)
        {
            bool any = false;
            foreach (MemoryPoller poller in _pollers.ToArray())
                any |= poller.Loop.RunOnce(0);
            any |= Pump();
            if (!any)
                return;
        }
        throw new InvalidOperationException("The loops do not come to rest.");
    }

    /// <summary>Moves time forward, stopping at every timer and arrival on the way, and turns the loops there.</summary>
    public void AdvanceTime(int milliseconds)
    {
        long target = _now + milliseconds * NanosecondsPerMillisecond;
        RunUntilIdle();
        while (NextDue() is var due && due <= target)
        {
            _now = due;
            RunUntilIdle();
        }
        _now = target;
        RunUntilIdle();
    }

    /// <inheritdoc cref="AdvanceTime(int)"/>
    public void AdvanceTime(TimeSpan time) => AdvanceTime((int)time.TotalMilliseconds);

    /// <summary>Runs, moving time from one timer or arrival to the next, until the state is reached.</summary>
    /// <param name="state">Looked at whenever the loops are idle.</param>
    /// <param name="atMostMilliseconds">Of fake time.</param>
    /// <returns>False if it is not reached within that time, or never will be.</returns>
    public bool RunUntil(Func<bool> state, int atMostMilliseconds = 60_000)
    {
        long limit = _now + atMostMilliseconds * NanosecondsPerMillisecond;
        RunUntilIdle();
        while (!state())
        {
            long due = NextDue();
            if (due > limit)
                return false;
            _now = due;
            RunUntilIdle();
        }
        return true;
    }

    /// <summary>Lets happen what is due in the network; answers whether anything did.</summary>
    internal bool Pump()
    {
        bool any = false;
        for (int i = 0; i < _connects.Count; i++)
        {
            PendingConnect pending = _connects[i];
            if (pending.Due > _now)
                continue;
            _connects.RemoveAt(i--);
            Establish(pending);
            any = true;
        }
        for (int i = 0; i < _sockets.Count; i++)
            any |= _sockets[i].Pump(_now);
        _sockets.RemoveAll(static socket => socket.IsClosed && socket.Other is null or { IsClosed: true });
        return any;
    }

    internal void Forget(MemoryPoller poller) => _pollers.Remove(poller);

    private void Establish(PendingConnect pending)
    {
        MemoryListening? listening = pending.Error == 0 ? FindListening(pending.Address) : null;
        if (listening is not null)
            Enqueue(pending.Socket, listening, null);
        pending.Socket.Connected(pending.Error != 0 ? pending.Error : listening is null ? Errno.ECONNREFUSED : 0);
    }

    /// <summary>The next moment at which something happens by itself; <see cref="long.MaxValue"/> if nothing will.</summary>
    private long NextDue()
    {
        long next = long.MaxValue;
        foreach (MemoryPoller poller in _pollers)
        {
            if (poller.Loop.MillisecondsToTimer is >= 0 and var wait)
                Consider((poller.Loop.NowMilliseconds + wait) * NanosecondsPerMillisecond);
        }
        foreach (PendingConnect pending in _connects)
            Consider(pending.Due);
        foreach (MemorySocket socket in _sockets)
            Consider(socket.Incoming.NextDue);
        return next;

        // What is due and has not happened waits for a reader, not for the clock.
        void Consider(long due)
        {
            if (due > _now)
                next = Math.Min(next, due);
        }
    }
}
