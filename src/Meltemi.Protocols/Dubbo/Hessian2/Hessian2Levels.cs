using System.Buffers;
using System.Runtime.CompilerServices;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>
/// The stack of containers that a skip is inside of; a number each. Some fit inside, the deeper ones are kept in a rented array.
/// </summary>
internal struct Hessian2Levels
{
    /// <summary>
    /// Deepest nesting. Java's own reader recurses several frames per level and ends in a stack overflow near this depth.
    /// </summary>
    public const int Max = 4096;

    private const int InlineCount = 16;

    private Few _few;
    private int[]? _many;
    private int _depth;

    public readonly bool IsEmpty => _depth == 0;

    public bool TryPush(int level)
    {
        if (_depth == Max) return false;
        if (_depth < InlineCount) _few[_depth] = level;
        else (_many ??= ArrayPool<int>.Shared.Rent(Max))[_depth] = level;
        _depth++;
        return true;
    }

    public int Pop() => --_depth < InlineCount ? _few[_depth] : _many![_depth];

    public readonly void Dispose()
    {
        if (_many is not null) ArrayPool<int>.Shared.Return(_many);
    }

    [InlineArray(InlineCount)]
    private struct Few
    {
        private int _first;
    }
}
