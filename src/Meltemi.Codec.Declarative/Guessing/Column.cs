namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>The bytes at one place of all messages.</summary>
internal static class Column
{
    /// <summary>The different values, sorted.</summary>
    public static SortedSet<byte> Of(Messages messages, int at, Origin? from = null)
    {
        var values = new SortedSet<byte>();
        for (var i = 0; i < messages.Count; i++)
        {
            if ((from is null || messages.From(i) == from) && at < messages[i].Length) values.Add(messages[i][at]);
        }

        return values;
    }

    public static ColumnKind KindOf(Messages messages, int at)
    {
        const int FewValues = 8;
        var values = Of(messages, at);
        if (values.Count == 1) return values.Min == 0 ? ColumnKind.Zero : ColumnKind.Constant;
        return values.Count <= FewValues && messages.Count > 2 * values.Count ? ColumnKind.Few : ColumnKind.Many;
    }
}

/// <summary>How the bytes at one place differ.</summary>
internal enum ColumnKind
{
    Zero,
    Constant,

    /// <summary>A handful of values, each in several messages.</summary>
    Few,
    Many,
}
