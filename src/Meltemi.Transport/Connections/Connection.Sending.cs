namespace Meltemi.Transport;

// Writing: appended to a chain of pooled buffers, sent once at the end of the turn.
public sealed partial class Connection
{
    // From here on a write that finds room in the kernel goes there without a copy.
    private const int DirectBytes = 16 * 1024;

    // From here on waiting for the end of the turn only grows memory: the bytes fill several segments anyway.
    private const int EarlyFlushBytes = 256 * 1024;

    private const int MaxSlices = 64;

    private SendQueue _sending;
    private bool _writable;
    private bool _touched;
    private bool _aboveHigh;
    private bool _shutdownWanted;
    private bool _sendEnded;

    /// <summary>Bytes written and not yet taken by the kernel.</summary>
    public int PendingBytes => _sending.Pending;

    private bool CanWrite => _state < State.Closing && !_shutdownWanted;

    /// <summary>Room in the send buffer; <see cref="Advance"/> says how much was used.</summary>
    /// <param name="sizeHint">Least number of bytes wanted; 0: any.</param>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (!CanWrite)
            return Loop.DiscardedBytes(sizeHint);
        Touch();
        return _sending.Tail(Loop.Buffers, Math.Max(1, sizeHint)).Free;
    }

    /// <inheritdoc cref="GetSpan"/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!CanWrite)
        {
            _ = Loop.DiscardedBytes(sizeHint);
            return Loop.DiscardedMemory;
        }
        Touch();
        PooledBuffer tail = _sending.Tail(Loop.Buffers, Math.Max(1, sizeHint));
        return tail.Array.AsMemory(tail.End);
    }

    /// <summary>So many bytes of the last <see cref="GetSpan"/> or <see cref="GetMemory"/> are to be sent.</summary>
    public void Advance(int count)
    {
        if (!CanWrite || count == 0)
            return;
        _sending.Advance(count);
        Touch();
        if (_sending.Pending >= EarlyFlushBytes)
            SendPending();
    }

    /// <summary>
    /// Appends bytes. What is appended during a turn leaves by one send at its end; a large write may go to the kernel at once and only
    /// the remainder is copied. Ignored after <see cref="Close"/>, <see cref="ShutdownSend"/> or the connection's end.
    /// </summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!CanWrite || bytes.IsEmpty)
            return;
        Touch();
        if (bytes.Length >= DirectBytes && _writable)
        {
            if (_sending.Pending >= EarlyFlushBytes)
                SendPending();
            if (_writable)
                bytes = bytes[SendWith(bytes)..];
            if (_state == State.Closed)
                return;
        }
        _sending.Append(Loop.Buffers, bytes);
        if (_sending.Pending >= EarlyFlushBytes)
            SendPending();
    }

    /// <summary>Ends the own direction (half-close) when everything pending is sent. Receiving goes on.</summary>
    public void ShutdownSend()
    {
        if (!CanWrite)
            return;
        _shutdownWanted = true;
        Touch();
    }

    /// <summary>The turn's send and what follows from it. Called once by the loop for each touched connection.</summary>
    internal void Flush()
    {
        _touched = false;
        if (_state is State.Connecting or State.Closed)
            return;
        if (_state == State.Closing)
            ReleaseReceived(); // not in Close itself, which a handler may call while it looks at these bytes
        SendPending();
        if (_sending.Pending == 0)
        {
            _sending.Clear(Loop.Buffers); // a buffer that was asked for and not used
            if (_state == State.Closing || _shutdownWanted)
                EndSending();
        }
        CheckWatermarks();
    }

    private void Touch()
    {
        if (_touched)
            return;
        _touched = true;
        Loop.AddTouched(this);
    }

    private unsafe void SendPending()
    {
        Span<IoSlice> slices = stackalloc IoSlice[MaxSlices];
        while (_writable && _sending.Pending > 0)
        {
            int count = _sending.Describe(slices, out int bytes);
            int sent = Send(slices[..count], bytes);
            if (sent > 0)
                _sending.Consume(Loop.Buffers, sent);
        }
    }

    /// <summary>Sends the pending bytes and, behind them, these; answers how many of these were taken.</summary>
    private unsafe int SendWith(ReadOnlySpan<byte> bytes)
    {
        Span<IoSlice> slices = stackalloc IoSlice[MaxSlices];
        int count = _sending.Describe(slices[..(MaxSlices - 1)], out int pending);
        if (pending < _sending.Pending)
            return 0;
        fixed (byte* pointer = bytes)
        {
            slices[count] = new IoSlice { Pointer = pointer, Length = (nuint)bytes.Length };
            int sent = Math.Max(0, Send(slices[..(count + 1)], pending + bytes.Length));
            if (pending > 0)
                _sending.Consume(Loop.Buffers, Math.Min(sent, pending));
            return Math.Max(0, sent - pending);
        }
    }

    private int Send(ReadOnlySpan<IoSlice> slices, int bytes)
    {
        int sent = Loop.Kernel.Send(Socket, slices);
        if (sent >= 0)
        {
            BytesSent += sent;
            _writable = sent == bytes; // a short write means that the kernel is full; the next edge says when it is not
            return sent;
        }
        if (sent == -Errno.EINTR)
            return 0;
        _writable = false;
        if (sent != -Errno.EAGAIN)
        {
            Error = -sent;
            Finish(_state == State.Closing ? CloseReason.Local : CloseReason.SendFailed, reset: false);
        }
        return sent;
    }

    private void CheckWatermarks()
    {
        if (_state != State.Open)
            return;
        try
        {
            if (!_aboveHigh && _sending.Pending > _options.HighWatermark)
            {
                _aboveHigh = true;
                _handler.OnHighWatermark(this);
            }
            else if (_aboveHigh && _sending.Pending <= _options.LowWatermark)
            {
                _aboveHigh = false;
                _handler.OnLowWatermark(this);
            }
        }
        catch (Exception e)
        {
            ReportAndAbort(e);
        }
    }
}
