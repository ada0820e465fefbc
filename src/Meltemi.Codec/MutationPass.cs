using System.Runtime.CompilerServices;

namespace Meltemi.Codec;

/// <summary>
/// Applies a <see cref="Mutation"/> to a message's key-value pairs, for codecs that have such pairs:
/// <code>
/// var pass = new MutationPass(mutation);
/// foreach pair:  switch (pass.Meet(key, out var value)) { Keep: copy it; Replace: write key and value; Drop: leave it out }
/// while (pass.NextInsert(out var key, out var value)) append key and value;
/// </code>
/// </summary>
public ref struct MutationPass(Mutation mutation)
{
    private readonly Mutation _mutation = mutation;
    private Bits _met;
    private int _next;

    /// <summary>
    /// Says what becomes of a pair that the message has. Of a key that stands twice the first is replaced and the others are dropped: no
    /// reader finds an old value, and the message grows by no more than <see cref="Mutation.TotalBytes"/> and its pairs' overhead.
    /// </summary>
    public PairFate Meet(scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        var index = _mutation.IndexOf(key);
        if (index < 0) return PairFate.Keep;
        var bit = 1UL << (index & 63);
        var metBefore = (_met[index >> 6] & bit) != 0;
        _met[index >> 6] |= bit;
        ref readonly var change = ref _mutation.Changes[index];
        if (change.Kind == ChangeKind.Remove) return PairFate.Drop;
        if (change.Kind == ChangeKind.Add) return PairFate.Keep;
        if (metBefore) return PairFate.Drop;
        value = change.Value.Span;
        return PairFate.Replace;
    }

    /// <summary>After all pairs: the next pair to append; false when there is none left.</summary>
    public bool NextInsert(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        while (_next < _mutation.Count)
        {
            var index = _next++;
            ref readonly var change = ref _mutation.Changes[index];
            key = change.Key.Span;
            value = change.Value.Span;
            var met = (_met[index >> 6] & (1UL << (index & 63))) != 0;
            if (!met && change.Kind is not (ChangeKind.Remove or ChangeKind.Replace) && _mutation.IndexOf(key) == index) return true;
        }

        key = value = default;
        return false;
    }

    [InlineArray(Mutation.MaxChanges / 64)]
    private struct Bits
    {
        private ulong _first;
    }
}

/// <summary>What becomes of a pair under a mutation.</summary>
public enum PairFate : byte
{
    /// <summary>Stays as it is.</summary>
    Keep,

    /// <summary>Gets the new value.</summary>
    Replace,

    /// <summary>Is left out.</summary>
    Drop,
}
