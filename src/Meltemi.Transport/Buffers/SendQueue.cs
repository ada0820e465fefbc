namespace Meltemi.Transport;

/// <summary>
/// Bytes written and not yet taken by the kernel: a chain of pooled buffers, sent by one gathering call. A chain and not one growing
/// buffer, because a message of 120 kB would otherwise be copied again at each doubling; a small one is one copy into the only
/// buffer of the chain either way. An empty queue holds no buffer.
/// </summary>
internal struct SendQueue
{
    // 4 KiB takes what most connections write in a turn; whoever writes more gets larger pieces.
    private const int FirstBytes = 4 * 1024;
    private const int NextBytes = 16 * 1024;
    private const int BacklogBytes = 64 * 1024;

    private PooledBuffer? _head;
    private PooledBuffer? _tail;

    /// <summary>Bytes in the queue.</summary>
    public int Pending { get; private set; }

    /// <summary>A place for at least so many bytes behind the last one.</summary>
    public PooledBuffer Tail(BufferPool pool, int minimum)
    {
        PooledBuffer? tail = _tail;
        if (tail is not null && tail.Room >= minimum)
            return tail;
        int usual = Pending == 0 ? FirstBytes : Pending < BacklogBytes ? NextBytes : BacklogBytes;
        if (tail is { Length: 0 } && tail == _head)
        {
            pool.Return(tail); // asked for, not used, and now too small
            _head = null;
        }
        tail = pool.Rent(Math.Max(minimum, usual));
        if (_head is null)
            _head = tail;
        else
            _tail!.Next = tail;
        return _tail = tail;
    }

    /// <summary>The last <see cref="Tail"/> received so many bytes.</summary>
    public void Advance(int count)
    {
        if ((uint)count > (uint)(_tail?.Room ?? 0))
            throw new ArgumentOutOfRangeException(nameof(count));
        _tail!.End += count;
        Pending += count;
    }

    /// <summary>Appends, filling what room there is.</summary>
    public void Append(BufferPool pool, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            PooledBuffer tail = Tail(pool, 1);
            int count = Math.Min(bytes.Length, tail.Room);
            tail.Append(bytes[..count]);
            Pending += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Describes the first pieces; answers how many were filled in.</summary>
    public readonly unsafe int Describe(Span<IoSlice> slices, out int bytes)
    {
        int count = 0;
        bytes = 0;
        for (PooledBuffer? buffer = _head; buffer is not null && count < slices.Length; buffer = buffer.Next)
        {
            if (buffer.Length == 0)
                continue;
            slices[count++] = new IoSlice { Pointer = buffer.Pointer + buffer.Start, Length = (nuint)buffer.Length };
            bytes += buffer.Length;
        }
        return count;
    }

    /// <summary>The kernel took so many bytes.</summary>
    public void Consume(BufferPool pool, int count)
    {
        Pending -= count;
        while (_head is { } head)
        {
            int part = Math.Min(count, head.Length);
            head.Start += part;
            count -= part;
            if (head.Length > 0)
                return;
            _head = head.Next;
            pool.Return(head);
        }
        _tail = null;
    }

    /// <summary>Drops everything.</summary>
    public void Clear(BufferPool pool)
    {
        while (_head is { } head)
        {
            _head = head.Next;
            pool.Return(head);
        }
        _tail = null;
        Pending = 0;
    }
}
