using System.Numerics;

namespace Meltemi.Transport;

/// <summary>
/// Buffers of one loop in power-of-two classes from 1 KiB to 16 MiB. Last in, first out, so that the next user finds it in the
/// cache. What is kept is bounded per class; a burst's surplus goes to the garbage collector. Loop thread only.
/// </summary>
internal sealed class BufferPool
{
    private const int SmallestBits = 10;
    private const int LargestBits = 24;
    private const int NoClass = -1;
    private const int KeptBytesPerClass = 4 * 1024 * 1024;
    private const int KeptAtLeast = 2;

    private readonly PooledBuffer?[] _free = new PooledBuffer?[LargestBits - SmallestBits + 1];
    private readonly int[] _kept = new int[LargestBits - SmallestBits + 1];

    /// <summary>Buffers handed out and not yet returned.</summary>
    public int Rented { get; private set; }

    /// <summary>Their capacity in bytes.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>An empty buffer of at least so many bytes.</summary>
    public PooledBuffer Rent(int minimum)
    {
        int index = Math.Max(0, 32 - BitOperations.LeadingZeroCount((uint)(minimum - 1)) - SmallestBits);
        PooledBuffer? buffer;
        if (index >= _free.Length)
            buffer = new PooledBuffer(minimum, NoClass); // beyond every sensible message: not worth keeping
        else if ((buffer = _free[index]) is not null)
        {
            _free[index] = buffer.Next;
            _kept[index]--;
            buffer.Next = null;
        }
        else
            buffer = new PooledBuffer(1 << (index + SmallestBits), index);
        Rented++;
        RentedBytes += buffer.Capacity;
        buffer.Start = buffer.End = 0;
        return buffer;
    }

    /// <summary>Takes the buffer back; its contents are not cleared.</summary>
    public void Return(PooledBuffer buffer)
    {
        Rented--;
        RentedBytes -= buffer.Capacity;
        buffer.Next = null;
        int index = buffer.SizeClass;
        if (index == NoClass || _kept[index] >= Math.Max(KeptAtLeast, KeptBytesPerClass >> (index + SmallestBits)))
            return;
        buffer.Next = _free[index];
        _free[index] = buffer;
        _kept[index]++;
    }
}
