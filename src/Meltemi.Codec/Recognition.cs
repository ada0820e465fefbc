namespace Meltemi.Codec;

/// <summary>The three answers of <see cref="ICodec.Recognise"/>.</summary>
public enum Recognition : byte
{
    /// <summary>Another protocol, whatever follows.</summary>
    No,

    /// <summary>Cannot be told yet.</summary>
    NeedMore,

    /// <summary>This protocol, whatever follows.</summary>
    Yes,
}

/// <summary>How sure a codec's <see cref="ICodec.Recognise"/> is. Where several say yes, the surest is believed.</summary>
public enum Certainty : byte
{
    /// <summary>Not at all: listeners know the protocol by their port.</summary>
    None,

    /// <summary>
    /// The protocol has no magic number. A whole head has only values and lengths that the protocol can have, but those of another protocol may
    /// by chance be such.
    /// </summary>
    Likely,

    /// <summary>The first bytes are a number or a text that was chosen so that nothing else starts like it.</summary>
    Sure,
}

/// <summary>What recognisers share.</summary>
public static class Recognising
{
    /// <summary>A connection's first bytes that are looked at, at most. Who still needs more then is taken to say no.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Whether the bytes start with a magic number or text; that there is only a part of it yet needs more.</summary>
    public static Recognition Magic(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> magic)
    {
        if (bytes.Length >= magic.Length) return bytes.StartsWith(magic) ? Recognition.Yes : Recognition.No;
        return magic.StartsWith(bytes) ? Recognition.NeedMore : Recognition.No;
    }

    /// <summary>
    /// Whether the bytes start with a big-endian number of 32 bits up to a limit, such as the length of a message. The first byte of a text is
    /// enough to tell that it does not.
    /// </summary>
    public static Recognition Length(ReadOnlySpan<byte> bytes, int most)
    {
        uint least = 0;
        for (var i = 0; i < 4; i++) least = least << 8 | (i < bytes.Length ? bytes[i] : 0u);
        return least > most ? Recognition.No : bytes.Length < 4 ? Recognition.NeedMore : Recognition.Yes;
    }
}
