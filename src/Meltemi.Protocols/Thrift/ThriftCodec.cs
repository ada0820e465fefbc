using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Apache Thrift: framed, unframed ("buffered") and header transport, with the binary protocol (with and without version) or the
/// compact one. Each direction of a connection shows its dialect by its first message and keeps it.
/// <para>Attributes: <c>method</c>, <c>service</c> (only of multiplexed calls, <c>service:method</c> on the wire), <c>message_type</c>
/// (call, oneway, reply, exception), <c>kind</c> (request, oneway, response), <c>transport</c> (framed, unframed, header), <c>protocol</c> (binary, binary-old, compact), and
/// each key of a THeader under its own name, among them <c>caller</c> if the client sends it. Only these keys can be changed, so only messages under a THeader can be mutated.</para>
/// <para>A THeader's payload that went through a transform (zlib) or is in another protocol is forwarded unseen: it has no method, and
/// its id stays as it is, so that such clients need <see cref="PoolMode.OneAtATime"/> or <see cref="PoolMode.Bound"/>. A one-way call
/// among them looks like one that is never answered, and ends in a time-out.</para>
/// </summary>
public sealed class ThriftCodec(CodecOptions options) : ICodec
{
    private readonly int _maxFrameBytes = options.MaxFrameBytes;

    /// <inheritdoc/>
    public CodecInfo Info { get; } = new()
    {
        Name = "thrift",
        HasIds = true,
        MaxId = uint.MaxValue, // An i32 on the wire; clients that have counted long enough send negative ones.

        // Many clients number every call 0 and trust the order.
        OrderedAnswers = true,
        Certainty = Certainty.Sure,
        PoolMode = PoolMode.OneAtATime,
        OtherPoolModes = [PoolMode.Multiplexed, PoolMode.Pipelined, PoolMode.Bound],
        Attributes =
        [
            ThriftAttributes.Method, ThriftAttributes.Service, ThriftAttributes.MessageType, ThriftAttributes.Transport,
            ThriftAttributes.Protocol, Governance.Caller, Governance.Kind,
        ],
        OpenAttributes = true,
        CanMutate = CanMutate.Requests | CanMutate.Responses,
        FixedAttributes = ThriftAttributes.Fixed,
        FixedResponseAttributes = ThriftAttributes.Fixed,
        InterfaceAttribute = ThriftAttributes.Service,
        MethodAttribute = ThriftAttributes.Method,
        TimeoutAttribute = ThriftAttributes.ClientTimeout,
    };

    /// <inheritdoc/>
    public object NewConnectionState(Origin origin) => new ThriftConnection();

    /// <inheritdoc/>
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        ThriftDecoder.Decode(bytes, origin, state as ThriftConnection ?? new(), _maxFrameBytes, ref frame);

    /// <inheritdoc/>
    public Recognition Recognise(ReadOnlySpan<byte> bytes) => ThriftRecogniser.Recognise(bytes, _maxFrameBytes);

    /// <inheritdoc/>
    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new ThriftAttributes(keys);

    /// <inheritdoc/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => ThriftRewriter.TryPatchId(message, frame, id);

    /// <inheritdoc/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        ThriftRewriter.Rewrite(message, frame, id, mutation, output);

    /// <inheritdoc/>
    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        ThriftReplies.Write(request, reason, text, output);
}
