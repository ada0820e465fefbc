using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meltemi.Bench.Lab.Engine;

/// <summary>A growing byte queue in native memory: appended at the end, taken from the front.</summary>
internal unsafe struct NativeBuffer
{
    private byte* _start;
    private int _capacity;
    private int _head;
    private int _tail;

    public readonly int Length => _tail - _head;

    public readonly byte* Front => _start + _head;

    public readonly int Room => _capacity - _tail;

    /// <summary>Room for at least <paramref name="size"/> more bytes; follow with <see cref="Commit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Reserve(int size)
    {
        if (_capacity - _tail < size)
            Grow(size);
        return _start + _tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(int size) => _tail += size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Drop(int size)
    {
        _head += size;
        if (_head == _tail)
            _head = _tail = 0;
    }

    public void Free()
    {
        NativeMemory.Free(_start);
        this = default;
    }

    private void Grow(int size)
    {
        var length = Length;
        if (_head > 0)
        {
            Buffer.MemoryCopy(_start + _head, _start, _capacity, length);
            _head = 0;
            _tail = length;
        }
        if (_capacity - _tail >= size)
            return;
        _capacity = Math.Max(Math.Max(_capacity * 2, 4096), checked(length + size));
        _start = (byte*)NativeMemory.Realloc(_start, (nuint)_capacity);
    }
}
