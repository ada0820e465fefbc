using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Weighted random choice in constant time (Walker's alias method, built as Vose describes it): each index owns a part of its cell and
/// lends the rest to one other index. Immutable.
/// </summary>
public sealed class AliasTable
{
    private readonly ulong[] _own;
    private readonly int[] _alias;

    /// <summary>Builds the table; at least one weight, none 0.</summary>
    public AliasTable(ReadOnlySpan<uint> weights)
    {
        var total = 0.0;
        foreach (var weight in weights) total += weight;

        var share = new double[weights.Length];
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (var i = 0; i < share.Length; i++)
        {
            share[i] = weights[i] / total * share.Length;
            (share[i] < 1 ? small : large).Push(i);
        }

        _own = new ulong[share.Length];
        _alias = new int[share.Length];
        while (small.Count > 0 && large.Count > 0)
        {
            var lacking = small.Pop();
            var lender = large.Pop();
            _own[lacking] = (ulong)(share[lacking] * ulong.MaxValue);
            _alias[lacking] = lender;
            share[lender] -= 1 - share[lacking];
            (share[lender] < 1 ? small : large).Push(lender);
        }

        // What is left, by rounding, owns its whole cell.
        foreach (var i in small.Concat(large))
        {
            _own[i] = ulong.MaxValue;
            _alias[i] = i;
        }
    }

    /// <summary>An index, as often as its weight says.</summary>
    /// <param name="random">Fresh random bits: the high part of the product chooses the cell, the rest the place in it.</param>
    public int Pick(ulong random)
    {
        var cell = (int)Math.BigMul(random, (ulong)_own.Length, out var place);
        return place < _own[cell] ? cell : _alias[cell];
    }
}
