namespace Meltemi.Xds.Server;

/// <summary>Divides what does not fit into one response.</summary>
internal static class Parts
{
    /// <summary>Bytes that a resource takes beside its body and names: tags and lengths of three nested messages, the version.</summary>
    public const int Overhead = 64;

    /// <summary>As few parts as hold all, each at most of a size, unless one item alone is larger. None of nothing.</summary>
    public static IEnumerable<IReadOnlyList<T>> Of<T>(IReadOnlyList<T> all, Func<T, int> size, int most)
    {
        var (part, sum) = (new List<T>(), 0L);
        foreach (var one in all)
        {
            var next = size(one);
            if (part.Count > 0 && sum + next > most)
            {
                yield return part;
                (part, sum) = ([], 0);
            }

            part.Add(one);
            sum += next;
        }

        if (part.Count > 0) yield return part;
    }
}
