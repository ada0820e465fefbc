namespace Meltemi.Transport;

// From the first system call to the established connection.
public sealed partial class Connection
{
    internal void StartConnecting()
    {
        if (Socket < 0)
        {
            ConnectFailed(-Socket);
            return;
        }
        if (Loop.Register(this) is < 0 and var error)
            ConnectFailed(-error);
        else if (_options.ConnectTimeout > TimeSpan.Zero)
            StartTimer(_options.ConnectTimeout);
    }

    private bool FinishConnecting(uint events)
    {
        if ((events & (PollEvents.Out | PollEvents.AnyEnd)) == 0)
            return false;
        int error = Loop.Kernel.TakeError(Socket);
        if (error != 0)
        {
            ConnectFailed(error);
            return false;
        }
        if ((events & PollEvents.Out) == 0)
            return false;
        _timer?.Cancel();
        _state = State.Open;
        _writable = true;
        Touch();
        try
        {
            _handler.OnConnected(this);
        }
        catch (Exception e)
        {
            ReportAndAbort(e);
        }
        return _state != State.Closed;
    }

    private void ConnectFailed(int error)
    {
        Error = error;
        Finish(error switch
        {
            Errno.ECONNREFUSED or Errno.ENOENT => CloseReason.ConnectRefused, // ENOENT: no socket file
            Errno.ETIMEDOUT => CloseReason.ConnectTimeout,
            Errno.ENETUNREACH or Errno.EHOSTUNREACH => CloseReason.Unreachable,
            _ => CloseReason.ConnectFailed,
        }, reset: false);
    }
}
