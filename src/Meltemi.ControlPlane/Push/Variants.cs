namespace Meltemi.ControlPlane.Push;

/// <summary>
/// What was made for different clients of one service, by what it was made from. Mostly one or two, so that it is a list. Results that are equal are one object.
/// </summary>
internal sealed class Variants<TKey> where TKey : IEquatable<TKey>
{
    // More than that are no variants but noise: forget them all.
    private const int Capacity = 1024;

    private readonly List<(TKey Key, Output Output)> _all = [];

    /// <summary>What was made from this; else makes it.</summary>
    public Output Get(TKey key, Func<Output> make)
    {
        foreach (var (known, output) in _all)
            if (known.Equals(key))
                return output;
        var made = make();
        foreach (var (_, output) in _all)
        {
            if (!output.Same(made)) continue;
            made = output;
            break;
        }

        if (_all.Count >= Capacity) _all.Clear();
        _all.Add((key, made));
        return made;
    }

    /// <summary>Forgets some.</summary>
    public void RemoveWhere(Predicate<TKey> which) => _all.RemoveAll(variant => which(variant.Key));

    /// <summary>Forgets all.</summary>
    public void Clear() => _all.Clear();
}
