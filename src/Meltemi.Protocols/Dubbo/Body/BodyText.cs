namespace Meltemi.Protocols.Dubbo.Body;

/// <summary>Where a text stands in a message. If it is not plain (chunks, escapes, surrogates), the range holds its coded form.</summary>
internal readonly record struct BodyText(int Offset, int Length, bool IsPlain)
{
    public static BodyText Null => new(0, -1, true);

    public bool IsNull => Length < 0;
}

/// <summary>A value of the attachments map, as far as attributes can be made of it.</summary>
internal readonly record struct BodyValue(BodyValueKind Kind, BodyText Text, long Number);

/// <summary>Kinds of <see cref="BodyValue"/>.</summary>
internal enum BodyValueKind : byte
{
    /// <summary>Null, or of a type that is no attribute.</summary>
    Other,

    /// <summary>In <see cref="BodyValue.Text"/>.</summary>
    Text,

    /// <summary>In <see cref="BodyValue.Number"/>.</summary>
    Number,

    /// <summary>True.</summary>
    True,

    /// <summary>False.</summary>
    False,
}
