using Meltemi.Codec;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Routing;

/// <summary>
/// Finds the routes that ask for exactly the values that a message has in one or two attributes. Open addressing over 64-bit hashes
/// of the values; the values themselves are not kept, because whoever looks up checks all conditions of what is found anyway: two
/// keys of one hash cost a comparison and nothing else. Immutable.
/// </summary>
internal sealed class ExactTable
{
    private readonly int _slot;
    private readonly int _secondSlot;
    private readonly ulong[] _hashes;
    private readonly Range[] _ranges;

    /// <param name="slot">The attribute.</param>
    /// <param name="secondSlot">The other attribute; -1 if there is none.</param>
    /// <param name="buckets">Hash of a key to where its routes stand in the list that the index keeps; no range is empty.</param>
    public ExactTable(int slot, int secondSlot, IReadOnlyDictionary<ulong, Range> buckets)
    {
        // At most half full, so that the walk below ends soon.
        var size = 4;
        while (size < buckets.Count * 2) size *= 2;
        _slot = slot;
        _secondSlot = secondSlot;
        _hashes = new ulong[size];
        _ranges = new Range[size];
        foreach (var (hash, range) in buckets)
        {
            var at = Find(hash);
            _hashes[at] = hash;
            _ranges[at] = range;
        }
    }

    /// <summary>Where the routes of a message's values stand; an empty range if there are none.</summary>
    public Range Find(ReadOnlySpan<byte> message, AttributeValues values)
    {
        // A missing attribute is looked up as an empty one: routes that want "" with MissingAsEmpty take both.
        var hash = HashOf(values.Get(_slot, message));
        if (_secondSlot >= 0) hash = HashOf(values.Get(_secondSlot, message), hash);
        return _ranges[Find(hash)];
    }

    /// <summary>Hash of a value, or, with the first one's hash, of a pair.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> value, ulong first = 0) => XxHash64.Hash(value, first);

    private int Find(ulong hash)
    {
        var mask = _hashes.Length - 1;
        var at = (int)hash & mask;
        while (_ranges[at].End != 0 && _hashes[at] != hash) at = (at + 1) & mask;
        return at;
    }

    /// <summary>Part of a list: from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
    internal readonly record struct Range(int Start, int End);
}
