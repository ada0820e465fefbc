namespace Meltemi.Codec.Testing;

/// <summary>Where to cut or change a message.</summary>
internal static class Places
{
    private const int EachUpTo = 2048;

    /// <summary>Every place of a message; of a long one all at its ends and a seeded choice between.</summary>
    public static IEnumerable<int> In(int length, int seed)
    {
        if (length <= EachUpTo) return Enumerable.Range(0, length);
        var random = new Random(seed);
        return Enumerable.Range(0, EachUpTo / 2)
            .Concat(Enumerable.Range(length - EachUpTo / 4, EachUpTo / 4))
            .Concat(Enumerable.Range(0, EachUpTo / 4).Select(_ => random.Next(length)));
    }
}
