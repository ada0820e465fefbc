namespace Meltemi.Codec.Testing;

/// <summary>One message as it stands on the wire, and what a codec must say of it. Best taken from the protocol's real libraries.</summary>
/// <param name="Name">What the failure text calls it.</param>
/// <param name="Origin">Who sends it.</param>
/// <param name="Bytes">Exactly one message.</param>
/// <param name="Kind">The kind that Decode must find.</param>
public sealed record Sample(string Name, Origin Origin, byte[] Bytes, MessageKind Kind)
{
    /// <summary>The id that Decode must find; 0 for protocols without ids.</summary>
    public ulong Id { get; init; }

    /// <summary>Set for a message without id in a protocol with ids; <see cref="CodecConformance.RewritesIds"/> skips it.</summary>
    public bool WithoutId { get; init; }

    /// <summary>Attributes that must be read exactly so; null: must be absent.</summary>
    public Dictionary<string, string?> Attributes { get; init; } = [];

    /// <summary>Attributes that Rewrite must be able to set, present or not, each with the value to set.</summary>
    public Dictionary<string, string> CanSet { get; init; } = [];

    /// <summary>Attributes that Rewrite must be able to remove.</summary>
    public IReadOnlyList<string> CanRemove { get; init; } = [];

    /// <summary>
    /// Attributes that are another one under a second name, by that name: <c>["method"] = "x-method"</c>. They change with it, and cannot be
    /// set themselves.
    /// </summary>
    public Dictionary<string, string> Follows { get; init; } = [];

    /// <summary>Bytes that every rewritten message must still have in one piece, such as the body; empty: not checked.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Of a response: the expected status; null: not checked.</summary>
    public AnswerStatus? Status { get; init; }

    /// <summary>Of a response: the expected protocol status code; null: not checked.</summary>
    public int? Code { get; init; }

    /// <summary>The expected flags; null: not checked.</summary>
    public FrameFlags? Flags { get; init; }

    /// <summary>The expected variant; null: not checked.</summary>
    public byte? Variant { get; init; }

    /// <summary>Of a server's message: the request that it answers. Its decoded memo is handed to the codec as the proxy does.</summary>
    public Sample? Answers { get; init; }

    /// <summary>Messages of the same origin that come first on the connection, for codecs with connection state.</summary>
    public IReadOnlyList<Sample> After { get; init; } = [];

    /// <summary>Of a request: messages of the server that come before its answer, for codecs with connection state.</summary>
    public IReadOnlyList<Sample> AnswerAfter { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"'{Name}' ({Origin})";
}
