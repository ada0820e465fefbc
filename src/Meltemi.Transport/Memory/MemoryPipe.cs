namespace Meltemi.Transport;

/// <summary>One direction of an in-memory connection: bytes fly, arrive (all at once, or as scripted), and are read.</summary>
internal sealed class MemoryPipe
{
    private readonly Queue<Flight> _flying = new();
    private int _flown;
    private byte[] _arrived = new byte[256];
    private int _start;
    private int _end;
    private long _endDue;

    private readonly record struct Flight(byte[] Bytes, long Due);

    /// <summary>How the direction ends.</summary>
    public enum Ending : byte
    {
        None,
        Fin,
        Reset,
    }

    /// <summary>Bytes that may be on the way or unread before the sender is told to wait.</summary>
    public int Capacity { get; set; } = 256 * 1024;

    /// <summary>Most bytes that single sends are taken with, one after the other; null: whatever there is room for.</summary>
    public IEnumerator<int>? Takes { get; set; }

    /// <summary>Sizes of the arrivals, one per turn of the receiver; null: all that is due arrives at once.</summary>
    public IEnumerator<int>? Splits { get; set; }

    /// <summary>Time from sending to arrival.</summary>
    public long DelayNanoseconds { get; set; }

    /// <summary>The receiver is gone: what is sent disappears.</summary>
    public bool IsBroken { get; set; }

    public Ending End { get; private set; }

    public bool EndArrived { get; private set; }

    public int Arrived => _end - _start;

    public int Flying { get; private set; }

    public int Buffered => Flying + Arrived;

    public int Space => Math.Max(0, Capacity - Buffered);

    /// <summary>Earliest time at which something more arrives; -1 if nothing is on the way.</summary>
    public long NextDue => _flying.Count > 0 ? _flying.Peek().Due : End != Ending.None && !EndArrived ? _endDue : -1;

    public void Send(ReadOnlySpan<byte> bytes, long now)
    {
        if (bytes.IsEmpty || IsBroken || End != Ending.None)
            return;
        _flying.Enqueue(new Flight(bytes.ToArray(), now + DelayNanoseconds));
        Flying += bytes.Length;
    }

    public void Finish(Ending ending, long now)
    {
        if (End == Ending.Reset || End == ending)
            return;
        End = ending;
        EndArrived = false;
        _endDue = now + DelayNanoseconds;
    }

    /// <summary>Lets arrive what is due; answers whether anything did.</summary>
    public bool Deliver(long now)
    {
        if (Splits is not null && Arrived > 0)
            return false; // one piece at a time
        int limit = Splits is null ? int.MaxValue : Splits.MoveNext() ? Math.Max(1, Splits.Current) : int.MaxValue;
        bool any = false;
        while (limit > 0 && _flying.Count > 0 && _flying.Peek().Due <= now)
        {
            Flight flight = _flying.Peek();
            int part = Math.Min(limit, flight.Bytes.Length - _flown);
            Arrive(flight.Bytes.AsSpan(_flown, part));
            limit -= part;
            _flown += part;
            any = true;
            if (_flown < flight.Bytes.Length)
                break;
            _flying.Dequeue();
            _flown = 0;
        }
        if (End != Ending.None && !EndArrived && Flying == 0 && _endDue <= now && (Splits is null || !any))
            any = EndArrived = true;
        return any;
    }

    public int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, Arrived);
        _arrived.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        if (_start == _end)
            _start = _end = 0;
        return count;
    }

    private void Arrive(ReadOnlySpan<byte> bytes)
    {
        Flying -= bytes.Length;
        if (_end + bytes.Length > _arrived.Length)
        {
            byte[] larger = Arrived + bytes.Length > _arrived.Length / 2 ? new byte[(Arrived + bytes.Length) * 2] : _arrived;
            _arrived.AsSpan(_start, Arrived).CopyTo(larger);
            (_start, _end, _arrived) = (0, Arrived, larger);
        }
        bytes.CopyTo(_arrived.AsSpan(_end));
        _end += bytes.Length;
    }
}
