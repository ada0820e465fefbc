using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Meltemi.Bench.Lab.Engine;

/// <summary>
/// A TCP connection: reads all that is ready, hands over whole and half frames, and sends what was appended meanwhile with one
/// call.
/// </summary>
internal abstract unsafe class Peer : Source
{
    // Enough that a large message arrives in few calls, small enough to stay near the cache.
    private const int LeastRoom = 64 * 1024;

    private readonly Reactor _reactor;
    private readonly Socket _socket;
    private NativeBuffer _in;
    private NativeBuffer _out;
    private bool _blocked;

    protected Peer(Reactor reactor, Socket socket)
    {
        _reactor = reactor;
        _socket = socket;
        socket.NoDelay = true;
        Descriptor = (int)socket.Handle;
        reactor.Add(this, Libc.In | Libc.Out | Libc.PeerHangUp | Libc.EdgeTriggered);
    }

    /// <summary>Bytes appended and not yet taken by the kernel.</summary>
    public int Pending => _out.Length;

    public sealed override void OnEvents(uint events)
    {
        if ((events & Libc.Out) != 0)
            _blocked = false;
        if ((events & ~Libc.Out) != 0)
            ReadAll((events & (Libc.PeerHangUp | Libc.HangUp | Libc.Error)) != 0);
        Flush();
    }

    /// <summary>Room for <paramref name="size"/> bytes to send; valid until the next call; follow with <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int size) => new(_out.Reserve(size), size);

    /// <summary>Makes what was written to <see cref="Reserve"/>'s room part of what is to be sent.</summary>
    public void Commit(int size) => _out.Commit(size);

    /// <summary>Sends what was appended. Called by itself after events; by hand after appending at another time.</summary>
    public void Flush()
    {
        while (_out.Length > 0 && !_blocked && Descriptor >= 0)
        {
            var sent = Libc.Send(Descriptor, _out.Front, _out.Length, Libc.DontWait | Libc.NoSignal);
            if (sent >= 0)
                _out.Drop((int)sent);
            else if (Marshal.GetLastSystemError() == Libc.WouldBlock)
                _blocked = true;
            else
                Lost("send failed: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastSystemError()));
        }
    }

    /// <summary>Closes now; <see cref="OnLost"/> is not called.</summary>
    public void Close()
    {
        if (Descriptor < 0)
            return;
        _reactor.Remove(this);
        Descriptor = -1;
        _socket.Dispose();
        _in.Free();
        _out.Free();
    }

    /// <summary>
    /// Takes the whole frames at the start of <paramref name="data"/>. Returns how many bytes they had;
    /// <paramref name="missing"/> says how many more bytes the next frame needs, as far as known.
    /// </summary>
    protected abstract int OnData(ReadOnlySpan<byte> data, out int missing);

    /// <summary>The peer went away, or the connection broke.</summary>
    protected abstract void OnLost(string reason);

    private void ReadAll(bool untilEnd)
    {
        while (Descriptor >= 0)
        {
            var shared = _in.Length == 0;
            var room = shared ? Reactor.ScratchSize : Math.Max(_in.Room, LeastRoom);
            var target = shared ? _reactor.Scratch : _in.Reserve(room);
            var received = (int)Libc.Receive(Descriptor, target, room, Libc.DontWait);
            if (received > 0)
                Deliver(target, received, shared);
            else if (received == 0)
                Lost("closed by the peer");
            else if (Marshal.GetLastSystemError() != Libc.WouldBlock)
                Lost("receive failed: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastSystemError()));
            // A short read means that the socket is empty, and later bytes raise a new edge; an end of stream that came with this one
            // does not.
            if (received < 0 || (received < room && !untilEnd))
                return;
        }
    }

    private void Deliver(byte* data, int received, bool shared)
    {
        if (!shared)
        {
            _in.Commit(received);
            data = _in.Front;
            received = _in.Length;
        }
        var taken = OnData(new ReadOnlySpan<byte>(data, received), out var missing);
        if (Descriptor < 0)
            return;
        if (!shared)
            _in.Drop(taken);
        else if (taken < received)
        {
            Buffer.MemoryCopy(data + taken, _in.Reserve(received - taken), received - taken, received - taken);
            _in.Commit(received - taken);
        }
        if (_in.Length > 0)
            _in.Reserve(missing);
    }

    private void Lost(string reason)
    {
        Close();
        OnLost(reason);
    }
}
