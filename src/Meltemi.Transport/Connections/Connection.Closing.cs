namespace Meltemi.Transport;

// The ways to end. All of them meet in Finish, and Dismantle at the end of the turn.
public sealed partial class Connection
{
    private CloseReason _reason;
    private bool _reset;

    /// <summary>
    /// Ends the connection in good order: sends what is pending, ends the own direction and discards what still comes until the peer
    /// has ended its own too, since a socket closed with unread bytes resets the connection, and a reset can destroy the last answer
    /// before the peer has read it. All within <see cref="ConnectionOptions.CloseTimeout"/>. The handler hears only
    /// <see cref="IConnectionHandler.OnClosed"/> any more, with <see cref="CloseReason.Local"/>.
    /// </summary>
    public void Close()
    {
        if (_state >= State.Closing)
            return;
        if (_state == State.Connecting)
        {
            Finish(CloseReason.Local, reset: false);
            return;
        }
        _state = State.Closing;
        StartTimer(_options.CloseTimeout);
        Touch();
    }

    /// <summary>Ends the connection at once and drops what is pending.</summary>
    /// <param name="reason">Comes back in <see cref="IConnectionHandler.OnClosed"/>.</param>
    /// <param name="reset">
    /// The peer sees a reset (default), so that it cannot take a cut stream for a complete one; false: an end, if nothing is unread.
    /// </param>
    public void Abort(CloseReason reason = CloseReason.Local, bool reset = true) => Finish(reason, reset);

    /// <summary>Takes the connection out of use; the first reason counts.</summary>
    internal void Finish(CloseReason reason, bool reset)
    {
        if (_state == State.Closed)
            return;
        _state = State.Closed;
        _reason = reason;
        _reset = reset;
        Loop.AddClosed(this);
    }

    /// <summary>
    /// Gives everything back and says goodbye. By the loop at the end of the turn: until then its events may still name the socket.
    /// </summary>
    internal void Dismantle()
    {
        _timer?.Cancel();
        _sending.Clear(Loop.Buffers);
        ReleaseReceived();
        if (Socket >= 0)
        {
            _ = LocalEndPoint; // access logs ask for it later
            Loop.Unregister(this);
            Loop.Kernel.Close(Socket, _reset);
        }
        Socket = -1;
        _listener?.Released(this);
        try
        {
            _handler.OnClosed(this, _reason);
        }
        catch (Exception e)
        {
            Loop.ReportUnhandled(e, this);
        }
    }

    private void EndSending()
    {
        if (!_sendEnded)
        {
            _sendEnded = true;
            _ = Loop.Kernel.ShutdownSend(Socket); // fails only if the peer has reset already, which the next read tells
        }
        if (IsPeerClosed)
            Finish(_state == State.Closing ? CloseReason.Local : CloseReason.PeerClosed, reset: false);
        else if (_state == State.Closing && _readable)
            QueueReady(); // bytes left unread while paused: discard them
    }

    private void StartTimer(TimeSpan delay)
    {
        _timer ??= new ConnectionTimer(this);
        Loop.Schedule(_timer, (int)Math.Clamp(delay.TotalMilliseconds, 0, int.MaxValue));
    }

    private void OnTimer()
    {
        if (_state == State.Connecting)
            Finish(CloseReason.ConnectTimeout, reset: false);
        else if (_sending.Pending > 0)
            Finish(CloseReason.CloseTimeout, reset: true);
        else
            Finish(CloseReason.Local, reset: false);
    }

    /// <summary>Connecting and closing never overlap: one timer serves both limits.</summary>
    private sealed class ConnectionTimer(Connection connection) : LoopTimer
    {
        protected internal override void OnExpired() => connection.OnTimer();
    }
}
