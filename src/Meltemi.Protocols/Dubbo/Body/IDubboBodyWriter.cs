namespace Meltemi.Protocols.Dubbo.Body;

/// <summary>Writes the few values that a proxy adds to bodies. Implementations have no state.</summary>
internal interface IDubboBodyWriter
{
    /// <summary>Most bytes that <see cref="WriteText"/> needs.</summary>
    static abstract long MaxTextSize(ReadOnlySpan<byte> utf8);

    /// <summary>Writes a text within a map.</summary>
    static abstract void WriteText(ref SpanWriter output, scoped ReadOnlySpan<byte> utf8);

    /// <summary>Writes a small number as a value of its own.</summary>
    static abstract void WriteNumber(ref SpanWriter output, int number);

    /// <summary>Begins a map as a value of its own.</summary>
    static abstract void OpenMap(ref SpanWriter output);

    /// <summary>Comes before each key of a map.</summary>
    static abstract void BeforeKey(ref SpanWriter output, bool first);

    /// <summary>Comes between a key and its value.</summary>
    static abstract void BeforeValue(ref SpanWriter output);

    /// <summary>Ends a map.</summary>
    static abstract void CloseMap(ref SpanWriter output);

    /// <summary>Comes after a value of its own.</summary>
    static abstract void EndValue(ref SpanWriter output);
}
