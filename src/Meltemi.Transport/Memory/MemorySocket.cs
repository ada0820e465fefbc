using System.Net;

namespace Meltemi.Transport;

/// <summary>One end of an in-memory connection: a loop's, with a number and events, or a test's, with a <see cref="MemoryPeer"/>.</summary>
internal sealed class MemorySocket(MemoryKernel kernel, MemoryPipe incoming, MemoryPipe outgoing)
{
    private bool _wantsOut;
    private bool _sendEnded;
    private int _error;

    public int Number { get; set; } = -1;

    public MemoryKernel Kernel { get; } = kernel;

    public MemoryPipe Incoming { get; } = incoming;

    public MemoryPipe Outgoing { get; } = outgoing;

    public MemorySocket? Other { get; set; }

    public MemoryPoller? Poller { get; set; }

    public MemoryPeer? Peer { get; set; }

    public EndPoint? Local { get; set; }

    public EndPoint? Remote { get; set; }

    public EndPoint? OriginalDestination { get; set; }

    public bool IsConnecting { get; set; }

    public bool IsClosed { get; private set; }

    /// <summary>An edge was raised and not yet reported.</summary>
    public bool HasEdge { get; set; }

    /// <summary>What epoll would report now.</summary>
    public uint Readiness
    {
        get
        {
            if (IsConnecting)
                return 0;
            bool reset = _error != 0 || (Incoming.EndArrived && Incoming.End == MemoryPipe.Ending.Reset);
            uint events = 0;
            if (Incoming.Arrived > 0 || Incoming.EndArrived || reset)
                events |= PollEvents.In;
            if (Incoming.EndArrived)
                events |= PollEvents.PeerHangup;
            if (reset || (Incoming.EndArrived && _sendEnded))
                events |= PollEvents.Hangup;
            if (_error != 0)
                events |= PollEvents.Error;
            if (Outgoing.Space > 0 || reset)
                events |= PollEvents.Out;
            return events;
        }
    }

    public void Raise()
    {
        if (HasEdge || Poller is null)
            return;
        HasEdge = true;
        Poller.Edges.Add(this);
    }

    public void Connected(int error)
    {
        IsConnecting = false;
        _error = error;
        Outgoing.IsBroken = error != 0;
        Raise();
    }

    public int TakeError()
    {
        int error = _error;
        _error = 0;
        return error;
    }

    public int Receive(Span<byte> buffer)
    {
        if (Incoming.Arrived > 0)
            return Incoming.Read(buffer);
        if (_error != 0)
            return -TakeError();
        return Incoming.EndArrived ? 0 : -Errno.EAGAIN;
    }

    public unsafe int Send(ReadOnlySpan<IoSlice> slices)
    {
        if (_error != 0)
            return -TakeError();
        if (_sendEnded || Outgoing.IsBroken)
            return -Errno.EPIPE;
        int room = IsConnecting ? 0 : Outgoing.Space;
        if (Outgoing.Takes is { } takes && takes.MoveNext())
            room = Math.Min(room, takes.Current);
        int sent = 0;
        foreach (ref readonly IoSlice slice in slices)
        {
            int part = Math.Min(room - sent, (int)slice.Length);
            Outgoing.Send(new ReadOnlySpan<byte>(slice.Pointer, part), Kernel.Nanoseconds);
            sent += part;
            if (part < (int)slice.Length)
            {
                _wantsOut = true;
                return sent > 0 ? sent : -Errno.EAGAIN;
            }
        }
        return sent;
    }

    public void EndSending()
    {
        _sendEnded = true;
        Outgoing.Finish(MemoryPipe.Ending.Fin, Kernel.Nanoseconds);
    }

    /// <summary>As close(2): an end for the other side, or a reset if asked for or if bytes are unread.</summary>
    public void Close(bool reset)
    {
        IsClosed = true;
        Poller = null;
        Outgoing.Finish(reset || Incoming.Arrived > 0 ? MemoryPipe.Ending.Reset : MemoryPipe.Ending.Fin, Kernel.Nanoseconds);
    }

    /// <summary>Lets arrive what is due; answers whether anything changed.</summary>
    public bool Pump(long now)
    {
        bool any = false;
        if (!IsConnecting && Incoming.Deliver(now))
        {
            any = true;
            if (IsClosed)
                RefuseArrivals();
            else
                Arrived();
        }
        if (_wantsOut && !IsConnecting && !IsClosed && (Outgoing.Space > 0 || Outgoing.IsBroken))
        {
            _wantsOut = false;
            any = true;
            Raise();
        }
        return any;
    }

    private void Arrived()
    {
        if (Incoming.EndArrived && Incoming.End == MemoryPipe.Ending.Reset && !Outgoing.IsBroken)
        {
            _error = Errno.ECONNRESET;
            Outgoing.IsBroken = true;
        }
        Raise();
        Peer?.Arrived();
    }

    private void RefuseArrivals()
    {
        if (Incoming.Arrived == 0)
            return;
        Span<byte> gone = stackalloc byte[1024];
        while (Incoming.Read(gone) > 0)
        {
        }
        Outgoing.Finish(MemoryPipe.Ending.Reset, Kernel.Nanoseconds);
    }
}
