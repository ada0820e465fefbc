using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meltemi.Transport;

/// <summary>A pinned array with a filled range, and the link of whatever list it is in (the pool's or a send queue's).</summary>
internal sealed unsafe class PooledBuffer
{
    public readonly byte[] Array;
    public readonly byte* Pointer;
    public readonly int SizeClass;
    public PooledBuffer? Next;
    public int Start;
    public int End;

    public PooledBuffer(int capacity, int sizeClass)
    {
        Array = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        Pointer = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Array));
        SizeClass = sizeClass;
    }

    public int Capacity => Array.Length;

    public int Length => End - Start;

    public int Room => Array.Length - End;

    public Span<byte> Filled => new(Pointer + Start, End - Start);

    public Span<byte> Free => new(Pointer + End, Array.Length - End);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free);
        End += bytes.Length;
    }

    public void MoveToFront()
    {
        if (Start == 0)
            return;
        Filled.CopyTo(new Span<byte>(Pointer, Array.Length));
        End -= Start;
        Start = 0;
    }
}
