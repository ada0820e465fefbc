namespace Meltemi.Transport;

// Reading. Bytes are read into the loop's scratch buffer and consumed there; only an unconsumed rest is held in a pooled buffer:
//
//     scratch:  [ headroom | what recv just brought ........ ]
//     held:     [ rest of earlier reads .... | room ]
//
// A small rest is joined in front of the next read, in the headroom; or, if the read brought so little that it fits behind the rest,
// behind it. Either way the copy is bounded by what came or by the headroom, so a peer that trickles cannot make it quadratic. A rest
// that is large, or of a large message, is read into directly.
public sealed partial class Connection
{
    // A message with more missing than this is read into its own buffer instead of being copied there.
    private const int DirectReadBytes = 32 * 1024;

    // However much a peer announces, a buffer is at most so many times what has come, or FirstHold.
    private const int HoldGrowth = 4;
    private const int FirstHold = 64 * 1024;

    private PooledBuffer? _held;
    private int _need;
    private bool _readable;
    private bool _endSeen;
    private bool _paused;
    private bool _resumed;
    private bool _isReady;
    private bool _endUntold;

    /// <summary>Bytes received and left by the handler.</summary>
    public int UnconsumedBytes => _held?.Length ?? 0;

    /// <summary>Reading is paused.</summary>
    public bool IsReadingPaused => _paused;

    /// <summary>
    /// Inside <see cref="IConnectionHandler.OnData"/>: it need not be called again before so many unconsumed bytes are there. Counted
    /// from the first byte that the call leaves unconsumed.
    /// </summary>
    public void Need(int bytes) => _need = bytes;

    /// <summary>Stops deliveries, also of what is already held. A reset of the peer still ends the connection.</summary>
    public void PauseReading() => _paused = true;

    /// <summary>Starts deliveries again: first of what is held, in the next turn or later in this one.</summary>
    public void ResumeReading()
    {
        if (!_paused)
            return;
        _paused = false;
        _resumed = true;
        if (_state != State.Closed)
            QueueReady();
    }

    /// <summary>
    /// Gives the connection to another handler. What is unconsumed, and the peer's end if that has come, it hears next: inside
    /// <see cref="IConnectionHandler.OnData"/> as soon as that returns, else later in this turn or in the next.
    /// </summary>
    public void HandOver(IConnectionHandler handler)
    {
        _handler = handler;
        _need = 0;
        _endUntold = IsPeerClosed;
        if (_state == State.Open && !_paused && (_held is not null || _endUntold))
        {
            _resumed = true;
            QueueReady();
        }
    }

    /// <summary>Reads until nothing is left, the handler pauses, or the turn's share is used up; then the ready list goes on.</summary>
    internal void Receive()
    {
        _isReady = false;
        if (_state is State.Closed or State.Connecting)
            return;
        try
        {
            if (_resumed)
            {
                _resumed = false;
                if (_held is not null && _held.Length >= _need && _state == State.Open && !_paused)
                    DeliverHeld();
                if (_endUntold && _state == State.Open && !_paused)
                    TellEnd();
            }
            int budget = Loop.Options.MaxReadBytesPerTurn;
            while (_readable && _state != State.Closed && (!_paused || _state == State.Closing))
            {
                if (budget <= 0)
                {
                    QueueReady();
                    return;
                }
                budget -= ReceiveOnce();
            }
        }
        catch (Exception e)
        {
            ReportAndAbort(e);
        }
    }

    private int ReceiveOnce()
    {
        byte[] scratch = Loop.Scratch;
        PooledBuffer? held = _held;
        bool direct = held is not null && (held.Length > EventLoop.ScratchHeadroom || _need - held.Length > DirectReadBytes);
        if (direct)
            held = MakeRoom(held!);
        Span<byte> target = direct ? held!.Free : scratch.AsSpan(EventLoop.ScratchHeadroom);
        int count = Loop.Kernel.Receive(Socket, target);
        if (count <= 0)
        {
            ReceiveFailed(count);
            return 0;
        }
        BytesReceived += count;
        if (count < target.Length && !_endSeen)
            _readable = false; // a short read: nothing is left, and what comes next is a new edge
        if (_state == State.Closing)
            return count;
        if (direct)
        {
            held!.End += count;
            if (held.Length >= _need)
                DeliverHeld();
        }
        else
            DeliverScratch(count);
        return count;
    }

    private void ReceiveFailed(int error)
    {
        if (error == -Errno.EINTR)
            return;
        _readable = false;
        if (error == -Errno.EAGAIN)
            return;
        if (error != 0)
        {
            Error = -error;
            Finish(_state == State.Closing ? CloseReason.Local : CloseReason.PeerReset, reset: false);
            return;
        }
        IsPeerClosed = true;
        if (_state == State.Closing)
        {
            if (_sendEnded)
                Finish(CloseReason.Local, reset: false);
            return;
        }
        TellEnd();
    }

    private void TellEnd()
    {
        _endUntold = false;
        _handler.OnPeerClosed(this);
        if (_sendEnded && _state == State.Open && !_endUntold)
            Finish(CloseReason.PeerClosed, reset: false);
    }

    private void FailWhilePaused()
    {
        Error = Loop.Kernel.TakeError(Socket);
        Finish(CloseReason.PeerReset, reset: false);
    }

    private void DeliverScratch(int count)
    {
        int start = EventLoop.ScratchHeadroom;
        if (_held is { } held)
        {
            Span<byte> fresh = Loop.Scratch.AsSpan(start, count);
            if (held.Room >= count || held.Length + count < _need)
            {
                held = held.Room >= count ? held : Regrow(held, held.Length + count);
                held.Append(fresh);
                if (held.Length >= _need)
                    DeliverHeld();
                return;
            }
            start -= held.Length;
            held.Filled.CopyTo(Loop.Scratch.AsSpan(start));
            count += held.Length;
            ReleaseReceived();
        }
        Span<byte> data = Loop.Scratch.AsSpan(start, count);
        int consumed = Call(data);
        if (consumed < count && _state == State.Open)
            Hold(data[consumed..]);
    }

    private void DeliverHeld()
    {
        PooledBuffer held = _held!;
        int consumed = Call(held.Filled);
        if (_state != State.Open)
            return;
        held.Start += consumed;
        if (held.Length == 0)
            ReleaseReceived();
        else
            CheckUnconsumed(held.Length);
    }

    /// <summary>Calls the handler; if it installed another one for the rest, that one too.</summary>
    private int Call(Span<byte> data)
    {
        int consumed = 0;
        while (true)
        {
            IConnectionHandler handler = _handler;
            _need = 0;
            int count = handler.OnData(this, data[consumed..]);
            if ((uint)count > (uint)(data.Length - consumed))
                throw new InvalidOperationException($"{handler.GetType().Name}.OnData answered {count} of {data.Length - consumed} bytes.");
            consumed += count;
            if (handler == _handler || consumed == data.Length || _paused || _state != State.Open)
                return consumed;
        }
    }

    private void Hold(ReadOnlySpan<byte> rest)
    {
        if (!CheckUnconsumed(rest.Length))
            return;
        PooledBuffer held = Loop.Buffers.Rent(HoldCapacity(rest.Length));
        held.Append(rest);
        _held = held;
    }

    /// <summary>A handler that wants more must be able to get it.</summary>
    private bool CheckUnconsumed(int length)
    {
        if (_need <= length && !_paused && !_resumed)
            _need = length + 1;
        if (_need <= _options.MaxUnconsumedBytes)
            return true;
        Finish(CloseReason.TooMuchUnconsumed, reset: true);
        return false;
    }

    private int HoldCapacity(int length) => Math.Max(length + 1, Math.Min(_need, Math.Max(FirstHold, length * HoldGrowth)));

    private PooledBuffer MakeRoom(PooledBuffer held)
    {
        if (held.Start > 0 && held.Capacity - held.Start < Math.Max(_need, held.Length + DirectReadBytes))
            held.MoveToFront();
        return held.Room > 0 ? held : Regrow(held, HoldCapacity(held.Length));
    }

    private PooledBuffer Regrow(PooledBuffer held, int capacity)
    {
        if (held.Capacity >= capacity)
        {
            held.MoveToFront();
            return held;
        }
        PooledBuffer larger = Loop.Buffers.Rent(Math.Max(capacity, HoldCapacity(held.Length)));
        larger.Append(held.Filled);
        Loop.Buffers.Return(held);
        return _held = larger;
    }

    private void ReleaseReceived()
    {
        if (_held is null)
            return;
        Loop.Buffers.Return(_held);
        _held = null;
    }

    private void QueueReady()
    {
        if (_isReady)
            return;
        _isReady = true;
        Loop.AddReady(this);
    }
}
