namespace Meltemi.Codec.Declarative.Conditions;

/// <summary>The values that a condition accepts: numbers, texts, or that there is one at all.</summary>
internal sealed class ValueSet
{
    private readonly ulong _low;
    private readonly long[] _others;
    private readonly byte[][] _texts;

    /// <param name="presence">True: any value; false: none at all; null: one of these.</param>
    public ValueSet(IReadOnlyCollection<long> numbers, IReadOnlyCollection<byte[]> texts, bool? presence = null)
    {
        Presence = presence;
        _others = [.. numbers.Where(number => number is < 0 or > 63)];
        _texts = [.. texts];
        foreach (var number in numbers.Where(number => number is >= 0 and <= 63)) _low |= 1UL << (int)number;
        Numbers = [.. numbers];
    }

    public bool? Presence { get; }

    /// <summary>The numbers among them.</summary>
    public IReadOnlyList<long> Numbers { get; }

    /// <summary>The texts among them; of numbers their digits, where it may be either.</summary>
    public IReadOnlyList<byte[]> Texts => _texts;

    /// <summary>Whether a number that is there is accepted.</summary>
    public bool Has(long number)
    {
        if ((ulong)number < 64 && (_low >> (int)number & 1) != 0) return true;
        if (Presence is not null) return Presence.Value;
        foreach (var other in _others)
        {
            if (other == number) return true;
        }

        return false;
    }

    /// <summary>Whether a text that is there is accepted.</summary>
    public bool Has(ReadOnlySpan<byte> text)
    {
        if (Presence is not null) return Presence.Value;
        foreach (var other in _texts)
        {
            if (text.SequenceEqual(other)) return true;
        }

        return false;
    }

    /// <summary>Which bytes are accepted.</summary>
    public bool[] Bytes() => [.. Enumerable.Range(0, 256).Select(value => Has(value))];

    /// <summary>What is not there.</summary>
    public bool HasNothing => Presence == false;
}
