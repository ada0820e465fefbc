using System.Numerics;

namespace Meltemi.Transport;

/// <summary>
/// Hierarchical wheel of 1 ms ticks. Seven levels of 64 slots reach 2^42 ms, 139 years. A timer's level is the highest group of six
/// bits in which its tick differs from the current one, its slot is that group's value; so slots of a level never wrap, every
/// lower level lies before every higher one, and the next occupied slot is one trailing-zero count in the first non-empty bitmap.
/// When time reaches a slot of a higher level, its timers are dealt to lower ones.
/// <para>A timer's place may be earlier than its time: it is moved on when time reaches the place.</para>
/// </summary>
internal sealed class TimerWheel
{
    private const int LevelBits = 6;
    private const int SlotsPerLevel = 1 << LevelBits;
    private const int Levels = 7;
    private const int SlotMask = SlotsPerLevel - 1;

    // The list of timers that are just expiring; a timer in it can still be cancelled by one before it.
    private const int ExpiringSlot = Levels * SlotsPerLevel;

    private readonly List[] _lists = new List[Levels * SlotsPerLevel + 1];
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _current;

    // A struct around the reference spares the check of its type that storing into an array of references makes.
    private struct List
    {
        public LoopTimer? First;
    }

    /// <summary>Scheduled timers.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Tick at which <see cref="Advance"/> has something to do: the earliest timer's, or an earlier one at which timers change their place;
    /// -1 if there are none.
    /// </summary>
    public long NextTick
    {
        get
        {
            for (int level = 0; level < Levels; level++)
            {
                if (_occupied[level] == 0)
                    continue;
                int shift = level * LevelBits;
                long start = _current >> shift >> LevelBits << LevelBits << shift;
                return start + ((long)BitOperations.TrailingZeroCount(_occupied[level]) << shift);
            }
            return -1;
        }
    }

    /// <summary>Schedules, or re-schedules, for a tick; one that is not in the future is moved to the next.</summary>
    public void Add(LoopTimer timer, long tick)
    {
        if (timer.Wheel is not null && timer.Wheel != this)
            throw new InvalidOperationException("The timer is scheduled on another loop.");
        timer.Tick = Math.Max(tick, _current + 1);
        if (!timer.IsScheduled)
        {
            timer.IsScheduled = true;
            Count++;
        }
        if (timer.Wheel is not null)
        {
            if (timer.PlacedTick <= timer.Tick)
                return;
            Unlink(timer);
        }
        Link(timer);
    }

    /// <summary>Takes a timer out.</summary>
    public void Remove(LoopTimer timer)
    {
        Rest(timer);
        Unlink(timer);
    }

    /// <summary>Leaves a timer in its place, with nothing to do.</summary>
    public void Rest(LoopTimer timer)
    {
        if (!timer.IsScheduled)
            return;
        timer.IsScheduled = false;
        Count--;
    }

    /// <summary>Moves time forward and calls what expires, in order of ticks. Exceptions go to <paramref name="loop"/>'s hook.</summary>
    /// <returns>Whether anything expired.</returns>
    public bool Advance(long now, EventLoop? loop)
    {
        bool any = false;
        while (NextTick is >= 0 and var next && next <= now)
        {
            _current = next;
            int level = 0;
            while (_occupied[level] == 0)
                level++;
            int slot = level * SlotsPerLevel + (int)(next >> (level * LevelBits) & SlotMask);
            if (level == 0)
                any |= Expire(slot, loop);
            else
                Deal(slot);
        }
        _current = Math.Max(_current, now);
        return any;
    }

    private bool Expire(int slot, EventLoop? loop)
    {
        bool any = false;
        LoopTimer? first = Detach(slot);
        _lists[ExpiringSlot].First = first;
        for (LoopTimer? timer = first; timer is not null; timer = timer.Next)
            timer.Slot = ExpiringSlot;
        while (_lists[ExpiringSlot].First is { } timer)
        {
            Unlink(timer);
            if (!timer.IsScheduled)
                continue;
            if (timer.Tick > _current)
            {
                Link(timer);
                continue;
            }
            any = true;
            Rest(timer);
            try
            {
                timer.OnExpired();
            }
            catch (Exception e) when (loop is not null)
            {
                loop.ReportUnhandled(e, timer);
            }
        }
        return any;
    }

    private void Deal(int slot)
    {
        LoopTimer? timer = Detach(slot);
        while (timer is not null)
        {
            LoopTimer? next = timer.Next;
            if (timer.IsScheduled)
                Link(timer);
            else
                Clear(timer);
            timer = next;
        }
    }

    private LoopTimer? Detach(int slot)
    {
        LoopTimer? first = _lists[slot].First;
        _lists[slot].First = null;
        _occupied[slot >> LevelBits] &= ~(1UL << (slot & SlotMask));
        return first;
    }

    private void Link(LoopTimer timer)
    {
        ulong differing = (ulong)(timer.Tick ^ _current) | SlotMask;
        int level = (63 - BitOperations.LeadingZeroCount(differing)) / LevelBits;
        int bit = (int)(timer.Tick >> (level * LevelBits) & SlotMask);
        int slot = level * SlotsPerLevel + bit;
        LoopTimer? head = _lists[slot].First;
        timer.Wheel = this;
        timer.PlacedTick = timer.Tick;
        timer.Slot = slot;
        timer.Previous = null;
        timer.Next = head;
        if (head is not null)
            head.Previous = timer;
        _lists[slot].First = timer;
        _occupied[level] |= 1UL << bit;
    }

    private void Unlink(LoopTimer timer)
    {
        if (timer.Next is not null)
            timer.Next.Previous = timer.Previous;
        if (timer.Previous is not null)
            timer.Previous.Next = timer.Next;
        else
        {
            _lists[timer.Slot].First = timer.Next;
            if (timer.Next is null && timer.Slot != ExpiringSlot)
                _occupied[timer.Slot >> LevelBits] &= ~(1UL << (timer.Slot & SlotMask));
        }
        Clear(timer);
    }

    private static void Clear(LoopTimer timer)
    {
        timer.Wheel = null;
        timer.Next = timer.Previous = null;
    }
}
