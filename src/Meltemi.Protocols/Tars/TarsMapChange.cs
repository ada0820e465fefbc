using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>The changes of one of a packet's maps.</summary>
/// <param name="message">The packet.</param>
/// <param name="map">The map's field.</param>
/// <param name="mutation">All changes; those of the other map are passed over.</param>
/// <param name="isStatus">It is the status map, not the context.</param>
/// <param name="ofAnswer">The packet is an answer.</param>
internal readonly ref struct TarsMapChange(ReadOnlySpan<byte> message, TarsField map, Mutation mutation, bool isStatus, bool ofAnswer)
{
    /// <summary>Longest key of a pair that can be changed, its prefix included.</summary>
    private const int MaxName = 512;

    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Copies up to the map, writes it, and moves behind it; false if the changes cannot be made.</summary>
    public bool Write(ref SpanWriter writer, ref int at)
    {
        if (!map.IsMap) return map.IsThere ? !Concerns() : !Inserts();
        if (!Concerns()) return true;
        if (!TryCount(out var pairs, out var count)) return false;
        writer.Write(_message[at..map.Start]);
        at = map.End;
        TarsWriter.Map(ref writer, _message[map.Start] >> 4, count);

        var pass = new MutationPass(mutation);
        var reader = new TarsReader(_message, map.Value);
        reader.TryCount(out _);
        for (; pairs > 0; pairs--)
        {
            reader.TryPair(out var pair);
            var fate = Meet(ref pass, pair, out var value);
            if (fate == PairFate.Keep) writer.Write(_message[pair.Start..pair.End]);
            else if (fate == PairFate.Replace) TarsWriter.Pair(ref writer, pair.Key(_message), value);
        }

        while (NextInsert(ref pass, out var key, out var value)) TarsWriter.Pair(ref writer, key, value);
        return true;
    }

    /// <summary>How many pairs there are, and how many there will be.</summary>
    private bool TryCount(out int pairs, out int count)
    {
        count = 0;
        var pass = new MutationPass(mutation);
        var reader = new TarsReader(_message, map.Value);
        if (!reader.TryCount(out pairs)) return false;
        for (var i = 0; i < pairs; i++)
        {
            if (!reader.TryPair(out var pair)) return false;
            if (Meet(ref pass, pair, out _) != PairFate.Drop) count++;
        }

        while (NextInsert(ref pass, out _, out _)) count++;
        return true;
    }

    private PairFate Meet(ref MutationPass pass, in TarsPair pair, out ReadOnlySpan<byte> value)
    {
        value = default;
        var key = pair.Key(_message);
        if (!isStatus) return IsOurs(key) ? pass.Meet(key, out value) : PairFate.Keep;
        if (key.Length > MaxName - TarsAttributes.StatusPrefix.Length) return PairFate.Keep;
        Span<byte> name = stackalloc byte[MaxName];
        TarsAttributes.StatusPrefix.CopyTo(name);
        key.CopyTo(name[TarsAttributes.StatusPrefix.Length..]);
        return pass.Meet(name[..(TarsAttributes.StatusPrefix.Length + key.Length)], out value);
    }

    private bool NextInsert(ref MutationPass pass, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        while (pass.NextInsert(out key, out value))
        {
            if (!IsOurs(key)) continue;
            if (isStatus) key = key[TarsAttributes.StatusPrefix.Length..];
            return true;
        }

        return false;
    }

    private bool Inserts()
    {
        var pass = new MutationPass(mutation);
        return NextInsert(ref pass, out _, out _);
    }

    private bool Concerns()
    {
        foreach (ref readonly var change in mutation.Changes)
        {
            if (IsOurs(change.Key.Span)) return true;
        }

        return false;
    }

    private bool IsOurs(ReadOnlySpan<byte> name) => isStatus ? TarsAttributes.IsStatus(name) : TarsAttributes.IsContext(name, ofAnswer);
}
