namespace Meltemi.Codec;

/// <summary>What a protocol can do. Everything the proxy does differently for different protocols hangs on these.</summary>
public sealed record CodecInfo
{
    /// <summary>Name in configuration, metrics (<c>request_protocol</c>) and logs, such as <c>dubbo</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Tells apart protocols of one name that are described differently; empty: there is only one. Connections of different ones are not
    /// shared, and a listener whose protocol becomes another is replaced.
    /// </summary>
    public string Revision { get; init; } = "";

    /// <summary>Messages carry an id by which an answer is matched to its request. Needed for <see cref="PoolMode.Multiplexed"/>.</summary>
    public bool HasIds { get; init; }

    /// <summary>Largest id that the protocol can write; the proxy's own ids stay below it.</summary>
    public ulong MaxId { get; init; } = long.MaxValue;

    /// <summary>Largest message that the codec accepts, in bytes: its <see cref="CodecOptions.MaxFrameBytes"/>.</summary>
    public int MaxFrameBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Clients rely on answers in the order of their requests. True for every protocol without ids.</summary>
    public bool OrderedAnswers { get; init; }

    /// <summary>How upstream connections are shared unless the configuration says otherwise.</summary>
    public required PoolMode PoolMode { get; init; }

    /// <summary>The other modes that the configuration may choose.</summary>
    public IReadOnlyList<PoolMode> OtherPoolModes { get; init; } = [];

    /// <summary>The server sends first; the proxy connects upstream as soon as a client is there.</summary>
    public bool ServerSpeaksFirst { get; init; }

    /// <summary>How sure <see cref="ICodec.Recognise"/> is. Default: not at all, so that a listener has no other protocol beside this one.</summary>
    public Certainty Certainty { get; init; }

    /// <summary>The protocol has streams (<see cref="MessageKind.StreamOpen"/>).</summary>
    public bool Streams { get; init; }

    /// <summary>The codec can write heartbeats.</summary>
    public bool Heartbeats { get; init; }

    /// <summary>The codec can write a go-away.</summary>
    public bool GoAway { get; init; }

    /// <summary>The codec can write a cancellation of a request or stream.</summary>
    public bool Cancels { get; init; }

    /// <summary>Attribute names that requests always may have, for validation and help.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Requests have further attributes that only their senders know, such as attachments.</summary>
    public bool OpenAttributes { get; init; }

    /// <summary>Whose messages can be mutated.</summary>
    public CanMutate CanMutate { get; init; }

    /// <summary>Attributes of requests that no mutation can change, such as those that are computed: configurations that would are refused.</summary>
    public IReadOnlyList<string> FixedAttributes { get; init; } = [];

    /// <summary>The same of answers.</summary>
    public IReadOnlyList<string> FixedResponseAttributes { get; init; } = [];

    /// <summary>Attribute with the service or interface, the <c>request_interface</c> label; null: none.</summary>
    public string? InterfaceAttribute { get; init; }

    /// <summary>Attribute with the method or command, the <c>request_method</c> label; null: none.</summary>
    public string? MethodAttribute { get; init; }

    /// <summary>Attribute with the request's own time limit, a decimal number of milliseconds; null: none.</summary>
    public string? TimeoutAttribute { get; init; }

    /// <summary>Whether it is the same protocol, so that connections can go on.</summary>
    public bool IsSame(CodecInfo? other) => other is not null && Name == other.Name && Revision == other.Revision;

    /// <summary>Why an attribute of what one side sends cannot be changed; null: it can, as far as that is known without a message.</summary>
    public string? WhyFixed(string attribute, Origin side)
    {
        var isRequest = side == Origin.Client;
        var messages = isRequest ? "requests" : "answers";
        if (!CanMutate.HasFlag(isRequest ? CanMutate.Requests : CanMutate.Responses)) return $"{messages} of the protocol '{Name}' cannot be changed";
        var isFixed = (isRequest ? FixedAttributes : FixedResponseAttributes).Contains(attribute);
        return isFixed ? $"'{attribute}' of {messages} of the protocol '{Name}' cannot be changed" : null;
    }
}

/// <summary>How requests share upstream connections.</summary>
public enum PoolMode : byte
{
    /// <summary>Few connections, many requests in flight on each; ids are rewritten.</summary>
    Multiplexed,

    /// <summary>A connection carries one request at a time.</summary>
    OneAtATime,

    /// <summary>Many in flight, answered in order.</summary>
    Pipelined,

    /// <summary>Each client connection has an upstream connection of its own.</summary>
    Bound,
}

/// <summary>Whose messages a codec can mutate.</summary>
[Flags]
public enum CanMutate : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>What clients send.</summary>
    Requests = 1,

    /// <summary>What servers send.</summary>
    Responses = 2,
}
