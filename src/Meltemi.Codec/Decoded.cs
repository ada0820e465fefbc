namespace Meltemi.Codec;

/// <summary>The four answers of <see cref="ICodec.Decode"/>.</summary>
public enum DecodeStatus : byte
{
    /// <summary>A whole message was found.</summary>
    Complete,

    /// <summary>More bytes are needed.</summary>
    NeedMore,

    /// <summary>These bytes are of another protocol.</summary>
    NotThisProtocol,

    /// <summary>The protocol is right, the message is broken or over a limit.</summary>
    Malformed,
}

/// <summary>Answer of <see cref="ICodec.Decode"/>; never an exception.</summary>
public readonly struct Decoded
{
    private Decoded(DecodeStatus status, int needed, string? reason)
    {
        Status = status;
        Needed = needed;
        Reason = reason;
    }

    /// <summary>Which of the four.</summary>
    public DecodeStatus Status { get; }

    /// <summary>
    /// With <see cref="DecodeStatus.NeedMore"/>: how many bytes from the message's start must be there before another try can succeed.
    /// Always more than were given. The proxy sizes its buffer by it and does not try before.
    /// </summary>
    public int Needed { get; }

    /// <summary>With the last two: what is wrong; a literal, so that errors cost nothing.</summary>
    public string? Reason { get; }

    /// <summary>A whole message; the frame is filled.</summary>
    public static Decoded Complete => default;

    /// <summary>At least <paramref name="total"/> bytes, counted from the message's start, are needed.</summary>
    public static Decoded Need(int total) => new(DecodeStatus.NeedMore, total, null);

    /// <summary>Bytes of another protocol.</summary>
    public static Decoded NotThis(string reason) => new(DecodeStatus.NotThisProtocol, 0, reason);

    /// <summary>A broken message. The connection cannot be read any further.</summary>
    public static Decoded Malformed(string reason) => new(DecodeStatus.Malformed, 0, reason);
}
