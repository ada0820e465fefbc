namespace Meltemi.Codec.Declarative.Parts;

internal enum FoundKind : byte
{
    Nothing,

    /// <summary>A number, and the bytes that it stands in.</summary>
    Number,

    /// <summary>Bytes of the message.</summary>
    Range,

    /// <summary>A text in JSON with escapes in it, between its quotes.</summary>
    Escaped,

    /// <summary>The place is broken.</summary>
    Malformed,
}

/// <summary>What a path led to in one message.</summary>
internal readonly record struct Found(FoundKind Kind, int At = 0, int Length = 0, long Number = 0)
{
    public static Found Malformed => new(FoundKind.Malformed);

    public bool IsThere => Kind is FoundKind.Number or FoundKind.Range or FoundKind.Escaped;
}
