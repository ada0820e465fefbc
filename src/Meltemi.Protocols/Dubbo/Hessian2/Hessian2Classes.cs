using System.Buffers;
using System.Runtime.CompilerServices;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>
/// How many fields the classes have that a body defined so far: all that is needed to pass objects. A few fit inside; more are kept in
/// a rented array.
/// </summary>
internal struct Hessian2Classes
{
    /// <summary>Most class definitions of one body; real ones have a handful.</summary>
    public const int Max = 4096;

    private const int InlineCount = 16;

    private Few _few;
    private int[]? _many;
    private int _count;

    /// <summary>False if there are too many.</summary>
    public bool TryAdd(int fields)
    {
        if (_count == Max) return false;
        if (_count < InlineCount) _few[_count] = fields;
        else (_many ??= ArrayPool<int>.Shared.Rent(Max))[_count] = fields;
        _count++;
        return true;
    }

    /// <summary>False if there is no such class.</summary>
    public readonly bool TryGet(int index, out int fields)
    {
        fields = 0;
        if ((uint)index >= (uint)_count) return false;
        fields = index < InlineCount ? _few[index] : _many![index];
        return true;
    }

    public void Dispose()
    {
        if (_many is null) return;
        ArrayPool<int>.Shared.Return(_many);
        _many = null;
    }

    [InlineArray(InlineCount)]
    private struct Few
    {
        private int _first;
    }
}
