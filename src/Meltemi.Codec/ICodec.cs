using System.Buffers;

namespace Meltemi.Codec;

/// <summary>
/// What a protocol teaches Meltemi. A codec finds messages in bytes, reads attributes from them, rewrites them and
/// builds the answers that the proxy gives itself. Everything else (routing, pools, retries, limits, metrics) is
/// written once, against this interface.
/// <para>A codec is pure: the same bytes, origin and connection state give the same answer. It opens no sockets, keeps no
/// statics that change, throws nothing because of input, and allocates nothing per message. One instance serves all
/// connections of all loops at once; what belongs to one connection lives in the object of
/// <see cref="NewConnectionState"/>.</para>
/// <para>The guide is docs/writing-a-codec.md; the sample to copy is samples/AwesomeRpc.</para>
/// </summary>
public interface ICodec
{
    /// <summary>What the protocol can do. Read once per configuration.</summary>
    CodecInfo Info { get; }

    /// <summary>
    /// State of one connection, made when the connection opens; null (the default) if the protocol needs none. The proxy
    /// hands it to every call about bytes of that connection and never shares it between threads.
    /// </summary>
    object? NewConnectionState(Origin origin) => null;

    /// <summary>
    /// Finds the first message in <paramref name="bytes"/>, which start at a message boundary and may hold less than one
    /// message or many. On <see cref="DecodeStatus.Complete"/> fills <paramref name="frame"/>. Looks at no more than it needs for
    /// that: attributes are read later, and only if somebody wants them.
    /// </summary>
    /// <param name="bytes">Unconsumed bytes of the connection.</param>
    /// <param name="origin">Who sent them: a client (requests) or a server (answers).</param>
    /// <param name="state">The connection's <see cref="NewConnectionState"/>.</param>
    /// <param name="frame">
    /// Comes in cleared, but for <see cref="Frame.Memo"/>: for bytes of a server that answers in order it is the memo of the oldest
    /// request in flight (protocols whose answers cannot be framed without the question need it).
    /// </param>
    Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame);

    /// <summary>
    /// Whether a client whose first bytes these are speaks the protocol. Asked where a listener takes several protocols, before there is any
    /// connection state. Yes and no are final: more bytes never change them, so that it does not matter in which pieces they come. Only with a
    /// <see cref="CodecInfo.Certainty"/>.
    /// </summary>
    /// <param name="bytes">At least one byte. Of those behind <see cref="Recognising.MaxBytes"/> it is not asked.</param>
    Recognition Recognise(ReadOnlySpan<byte> bytes) => Recognition.No;

    /// <summary>
    /// Compiles the wanted keys to a reader, once per configuration. Keys the protocol does not have are simply never set.
    /// </summary>
    AttributeReader Bind(AttributeKeys keys, Origin origin);

    /// <summary>
    /// Replaces the message's id in place; false if that is impossible (variable length), then <see cref="Rewrite"/> is called.
    /// Only for protocols with <see cref="CodecInfo.HasIds"/>.
    /// </summary>
    bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => false;

    /// <summary>
    /// Writes the message with another id and with mutations applied. Bytes that nothing touches are copied, not re-encoded.
    /// </summary>
    /// <param name="message">Exactly one message, <see cref="Frame.Length"/> bytes.</param>
    /// <param name="frame">What <see cref="Decode"/> said of it.</param>
    /// <param name="id">The id to write; ignored by protocols without ids.</param>
    /// <param name="mutation">May be empty. Never has changes if <see cref="CodecInfo.CanMutate"/> lacks the origin.</param>
    /// <param name="output">Receives the new message, unless the answer is false.</param>
    /// <returns>False, with nothing written, if the message cannot carry the change (say why in the codec's docs).</returns>
    bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) => false;

    /// <summary>
    /// Writes an answer to a request that the proxy answers itself, such that the protocol's client libraries raise their own
    /// exception at once, with <paramref name="text"/> in it.
    /// </summary>
    /// <returns>The protocol's own status code that was written: the response_code of metrics and access log.</returns>
    int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output);

    /// <summary>Writes a heartbeat request for an idle connection. Only if <see cref="CodecInfo.Heartbeats"/>.</summary>
    /// <param name="id">Id that its answer will carry; ignored by protocols without ids.</param>
    /// <param name="variant">The <see cref="Frame.Variant"/> of the connection.</param>
    void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output) { }

    /// <summary>Answers a heartbeat. Writes nothing if it wants no answer.</summary>
    void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) { }

    /// <summary>
    /// Tells the peer to send no new requests on this connection; those in flight are still answered. Only if
    /// <see cref="CodecInfo.GoAway"/>.
    /// </summary>
    void WriteGoAway(byte variant, IBufferWriter<byte> output) { }

    /// <summary>
    /// Tells a server that nobody waits for the rest of a request or stream any more. Only if <see cref="CodecInfo.Cancels"/>.
    /// </summary>
    void WriteCancel(ulong id, byte variant, IBufferWriter<byte> output) { }
}

/// <summary>Reads the wanted attributes of messages; made by <see cref="ICodec.Bind"/>.</summary>
public abstract class AttributeReader
{
    /// <summary>
    /// Sets the slot of each wanted key that the message has. Of a key that stands twice the first counts. The caller has reset
    /// <paramref name="values"/> to the keys that were bound. One reader serves all connections of all loops at once.
    /// </summary>
    /// <returns>False if the message is malformed in a place that <see cref="ICodec.Decode"/> did not look at.</returns>
    public abstract bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values);
}

/// <summary>Who sent the bytes.</summary>
public enum Origin : byte
{
    /// <summary>The side that opened the connection and asks.</summary>
    Client,

    /// <summary>The side that accepted the connection and answers.</summary>
    Server,
}
