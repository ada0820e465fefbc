using System.Net;

namespace Meltemi.Transport;

/// <summary>
/// The test's end of a connection whose other end is a loop's. It reads by itself whatever arrives, unless <see cref="IsPaused"/>; what it
/// does takes effect when the loops are turned next.
/// </summary>
public sealed class MemoryPeer
{
    private readonly MemorySocket _socket;
    private byte[] _received = new byte[256];
    private int _count;
    private bool _busy;

    internal MemoryPeer(MemorySocket socket)
    {
        _socket = socket;
        socket.Peer = this;
    }

    /// <summary>This end's address.</summary>
    public EndPoint? LocalEndPoint => _socket.Local;

    /// <summary>The loop's address as seen from here.</summary>
    public EndPoint? RemoteEndPoint => _socket.Remote;

    /// <summary>What arrived and was not taken yet.</summary>
    public ReadOnlySpan<byte> Received => _received.AsSpan(0, _count);

    /// <summary>All bytes that ever arrived.</summary>
    public long TotalReceived { get; private set; }

    /// <summary>The loop's side ended its direction.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The loop's side reset the connection.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Bytes sent from here that the loop has not read: it stays high while the loop's side has paused reading.</summary>
    public int Unread => _socket.Outgoing.Buffered;

    /// <summary>Bytes the loop may send ahead of this end's reading before it hears EAGAIN.</summary>
    public int Capacity
    {
        get => _socket.Incoming.Capacity;
        set => _socket.Incoming.Capacity = value;
    }

    /// <summary>Stop reading, so that <see cref="Capacity"/> fills up; false again reads what has gathered.</summary>
    public bool IsPaused
    {
        get;
        set
        {
            field = value;
            if (!value)
                Arrived();
        }
    }

    /// <summary>Called when bytes arrived or the loop's side ended; may take, send and close. Default null.</summary>
    public Action<MemoryPeer>? OnReceived { get; set; }

    /// <summary>Sends bytes; this end never has to wait for room.</summary>
    public void Send(ReadOnlySpan<byte> bytes) => _socket.Outgoing.Send(bytes, _socket.Kernel.Nanoseconds);

    /// <summary>Takes all that arrived.</summary>
    public byte[] Take() => Take(_count);

    /// <summary>Takes the first bytes of what arrived.</summary>
    /// <exception cref="InvalidOperationException">There are fewer.</exception>
    public byte[] Take(int count)
    {
        if (count > _count)
            throw new InvalidOperationException($"{count} bytes wanted, {_count} received.");
        byte[] taken = _received.AsSpan(0, count).ToArray();
        _received.AsSpan(count, _count - count).CopyTo(_received);
        _count -= count;
        return taken;
    }

    /// <summary>What is sent from here arrives in pieces of these sizes, one per turn of the loop, over and over.</summary>
    public void SplitBy(params int[] sizes) => _socket.Outgoing.Splits = Repeat(sizes);

    /// <summary>As above, but when the sizes are used up the rest arrives at once.</summary>
    public void SplitBy(IEnumerable<int> sizes) => _socket.Outgoing.Splits = sizes.GetEnumerator();

    /// <summary>
    /// Single sends of the loop are taken with at most so many bytes, over and over; 0 is EAGAIN once. To take nothing at all set
    /// <see cref="Capacity"/> to 0.
    /// </summary>
    public void TakeBy(params int[] sizes)
    {
        if (sizes.Length > 0 && !Array.Exists(sizes, static size => size > 0))
            throw new ArgumentException("A peer that takes nothing has Capacity 0.", nameof(sizes));
        _socket.Incoming.Takes = Repeat(sizes);
    }

    /// <summary>What is sent from here arrives so much later.</summary>
    public void Delay(int milliseconds) => _socket.Outgoing.DelayNanoseconds = milliseconds * 1_000_000L;

    /// <summary>Ends this direction (half-close) behind what was sent; reading goes on.</summary>
    public void End() => _socket.EndSending();

    /// <summary>Closes this end: what the loop sends from now on is answered by a reset.</summary>
    public void Close() => _socket.Close(reset: false);

    /// <summary>Resets the connection, behind what was sent.</summary>
    public void Reset() => _socket.Close(reset: true);

    internal void Arrived()
    {
        if (IsPaused || _socket.IsClosed)
            return;
        MemoryPipe incoming = _socket.Incoming;
        int before = _count;
        if (_count + incoming.Arrived > _received.Length)
            Array.Resize(ref _received, (_count + incoming.Arrived) * 2);
        _count += incoming.Read(_received.AsSpan(_count));
        TotalReceived += _count - before;
        bool ended = incoming.EndArrived && !IsEnded && !IsReset;
        IsEnded |= incoming.EndArrived && incoming.End == MemoryPipe.Ending.Fin;
        IsReset |= incoming.EndArrived && incoming.End == MemoryPipe.Ending.Reset;
        if ((_count == before && !ended) || _busy || OnReceived is null)
            return;
        _busy = true;
        try
        {
            OnReceived(this);
        }
        finally
        {
            _busy = false;
        }
    }

    private static IEnumerator<int> Repeat(int[] sizes)
    {
        if (sizes.Length == 0)
            yield break;
        while (true)
        {
            foreach (int size in sizes)
                yield return size;
        }
    }
}
