using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// Dubbo 2 (<c>dubbo://</c>): multiplexed calls behind a 16-byte header, bodies in Hessian 2 or fastjson; messages in other
/// serializations are framed and forwarded, but for <c>serialization</c> they have no attributes. Attributes are described at
/// <see cref="DubboAttributes"/>, what mutations can do at <see cref="DubboRewriter"/>, error answers at <see cref="DubboReplies"/>.
/// <para>A status that we do not know is no error of framing: it is forwarded, and counts as the server's failure.</para>
/// </summary>
public sealed class DubboCodec(CodecOptions options) : ICodec
{
    private readonly int _maxFrameBytes = options.MaxFrameBytes;

    /// <inheritdoc/>
    public CodecInfo Info { get; } = new()
    {
        Name = "dubbo",
        HasIds = true,
        MaxId = ulong.MaxValue,
        Certainty = Certainty.Sure,
        PoolMode = PoolMode.Multiplexed,
        OtherPoolModes = [PoolMode.OneAtATime, PoolMode.Bound],
        Heartbeats = true,
        GoAway = true,
        Attributes =
        [
            DubboAttributes.Interface, DubboAttributes.Path, DubboAttributes.Method, DubboAttributes.Version, DubboAttributes.Group,
            DubboAttributes.Dubbo, DubboAttributes.ParameterTypes, DubboAttributes.Timeout, DubboAttributes.Serialization,
            Governance.Service, Governance.Caller, Governance.Kind,
        ],
        OpenAttributes = true,
        CanMutate = CanMutate.Requests | CanMutate.Responses,
        InterfaceAttribute = DubboAttributes.Interface,
        MethodAttribute = DubboAttributes.Method,
        TimeoutAttribute = DubboAttributes.Timeout,
    };

    /// <inheritdoc/>
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        DubboDecoder.Decode(bytes, origin, _maxFrameBytes, ref frame);

    /// <inheritdoc/>
    public Recognition Recognise(ReadOnlySpan<byte> bytes) => DubboRecogniser.Recognise(bytes);

    /// <inheritdoc/>
    public AttributeReader Bind(AttributeKeys keys, Origin origin) =>
        origin == Origin.Client ? new DubboRequestReader(keys) : new DubboAnswerReader(keys);

    /// <inheritdoc/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        DubboHeader.WriteId(message, id);
        return true;
    }

    /// <inheritdoc/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        DubboRewriter.Rewrite(message, frame, id, mutation, _maxFrameBytes, output);

    /// <inheritdoc/>
    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        DubboReplies.Write(request, reason, text, output);

    /// <inheritdoc/>
    public void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output) => DubboEvents.WriteHeartbeat(id, output);

    /// <inheritdoc/>
    public void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) =>
        DubboEvents.WriteAnswer(message, heartbeat.Id, output);

    /// <inheritdoc/>
    public void WriteGoAway(byte variant, IBufferWriter<byte> output) => DubboEvents.WriteReadOnly(output);
}
