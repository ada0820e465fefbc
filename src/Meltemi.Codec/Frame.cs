namespace Meltemi.Codec;

/// <summary>What a codec says of one message. Passed by reference, never stored by the codec.</summary>
public struct Frame
{
    /// <summary>Bytes of the whole message on the wire, from the first byte given to Decode.</summary>
    public int Length;

    /// <summary>What kind of message it is.</summary>
    public MessageKind Kind;

    /// <summary>More about the kind.</summary>
    public FrameFlags Flags;

    /// <summary>
    /// Dialect of the message, where a protocol has several that one connection must not mix (framed and unframed, version 1 and 2).
    /// Upstream connections are shared only between messages of one variant.
    /// </summary>
    public byte Variant;

    /// <summary>Of a response: how it ended.</summary>
    public AnswerStatus Status;

    /// <summary>Of a response: the protocol's own status code, for metrics and access log.</summary>
    public int Code;

    /// <summary>Request or stream id on this connection; 0 for protocols without ids.</summary>
    public ulong Id;

    /// <summary>
    /// The codec's note about a request. The proxy keeps it, sets it in the frame of the answer before any call about that answer,
    /// and gives it to <see cref="ICodec.WriteReply"/>.
    /// </summary>
    public long Memo;

    /// <summary>Offset of the request's bytes that <see cref="ICodec.WriteReply"/> will need; see <see cref="KeepLength"/>.</summary>
    public int KeepOffset;

    /// <summary>How many bytes to keep; 0: none. At most <see cref="RequestInfo.MaxKept"/> are kept.</summary>
    public int KeepLength;

    /// <summary>For the codec's own use between Decode and later calls on the same message, typically an offset.</summary>
    public int Mark0;

    /// <summary>For the codec's own use.</summary>
    public int Mark1;
}

/// <summary>The kinds of messages that protocols have.</summary>
public enum MessageKind : byte
{
    /// <summary>Wants exactly one <see cref="Response"/>.</summary>
    Request,

    /// <summary>Answers a request.</summary>
    Response,

    /// <summary>A request that gets no answer.</summary>
    OneWay,

    /// <summary>Asks whether the peer is alive. Answered by the proxy, never forwarded.</summary>
    Heartbeat,

    /// <summary>Answers a heartbeat; ends at the proxy.</summary>
    HeartbeatAnswer,

    /// <summary>From a client: opens a stream; routed like a request. From a server: its first frame.</summary>
    StreamOpen,

    /// <summary>More of a stream, either way, forwarded to where the stream was opened.</summary>
    StreamData,

    /// <summary>Ends the sender's half of a stream; with <see cref="FrameFlags.EndBoth"/> the whole.</summary>
    StreamClose,

    /// <summary>The sender wants no new requests on this connection.</summary>
    GoAway,

    /// <summary>
    /// Sent by a server unasked. Reaches the client where each client has an upstream connection of its own
    /// (<see cref="PoolMode.Bound"/>); elsewhere it is dropped and counted.
    /// </summary>
    ServerPush,
}

/// <summary>More about a frame.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>Nothing more to say.</summary>
    None = 0,

    /// <summary>The sender sends no more frames of this stream.</summary>
    EndStream = 1,

    /// <summary>Neither side sends more frames of this stream.</summary>
    EndBoth = 2,

    /// <summary>
    /// A request that moves its connection into a state that the following ones depend on (a transaction, an authentication, a selected
    /// database).
    /// </summary>
    ChangesConnection = 4,
}

/// <summary>How an answer ended, in terms that serve every protocol.</summary>
public enum AnswerStatus : byte
{
    /// <summary>Answered.</summary>
    Ok,

    /// <summary>The service worked and answered with an exception of its business.</summary>
    ApplicationError,

    /// <summary>The server failed.</summary>
    ServerError,

    /// <summary>The server was too busy to try.</summary>
    Overloaded,

    /// <summary>The server, or one behind it, ran out of time.</summary>
    Timeout,

    /// <summary>The server does not have what was asked for, or the request was wrong.</summary>
    ClientError,
}
