namespace Meltemi.Codec.Declarative.Layouts;

/// <summary>A field, or a part of it.</summary>
/// <param name="Field">Index of the field.</param>
/// <param name="Key">Key of the part in UTF-8; null: the field itself.</param>
internal sealed record FieldPath(int Field, byte[]? Key)
{
    /// <summary>Of TLV: the tag.</summary>
    public long Tag { get; init; }

    /// <summary>Of protobuf: the numbers of the fields, from the outermost.</summary>
    public int[] Numbers { get; init; } = [];

    /// <summary>Of JSON: the names, from the outermost.</summary>
    public byte[][] Names { get; init; } = [];

    /// <summary>All parts: the path ends in <c>.*</c>.</summary>
    public bool IsAll { get; init; }

    public bool IsPart => Key is not null || IsAll;
}
