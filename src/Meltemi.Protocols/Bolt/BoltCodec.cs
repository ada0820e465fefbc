using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// SOFABolt, versions 1 and 2 (<c>bolt://</c>): multiplexed calls, of SOFARPC or of any other class. Attributes are described at
/// <see cref="BoltAttributes"/>, what mutations can do at <see cref="BoltRewriter"/>, error answers at <see cref="BoltReplies"/>.
/// <para>A go-away of a server is understood and none is written: clients that do not know the command close the connection on it. A message whose
/// CRC is wrong is malformed. A status that we do not know is forwarded and counts as the server's failure.</para>
/// </summary>
public sealed class BoltCodec(CodecOptions options) : ICodec
{
    private readonly int _maxFrameBytes = options.MaxFrameBytes;

    /// <inheritdoc/>
    public CodecInfo Info { get; } = new()
    {
        Name = "bolt",
        HasIds = true,
        MaxId = uint.MaxValue,
        MaxFrameBytes = options.MaxFrameBytes,
        Certainty = Certainty.Likely,
        PoolMode = PoolMode.Multiplexed,
        OtherPoolModes = [PoolMode.OneAtATime, PoolMode.Bound],
        Heartbeats = true,
        Attributes =
        [
            Governance.Service, Governance.Method, Governance.Caller, Governance.Kind, BoltAttributes.TargetService,
            BoltAttributes.MethodName, BoltAttributes.TargetApp, BoltAttributes.Interface, BoltAttributes.Class, BoltAttributes.Codec,
            BoltAttributes.Version, BoltAttributes.Timeout,
        ],
        OpenAttributes = true,
        CanMutate = CanMutate.Requests | CanMutate.Responses,
        FixedAttributes = BoltAttributes.Fixed,
        FixedResponseAttributes = BoltAttributes.Fixed,
        InterfaceAttribute = BoltAttributes.Interface,
        MethodAttribute = Governance.Method,
        TimeoutAttribute = BoltAttributes.Timeout,
    };

    /// <inheritdoc/>
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        BoltDecoder.Decode(bytes, origin, _maxFrameBytes, ref frame);

    /// <inheritdoc/>
    public Recognition Recognise(ReadOnlySpan<byte> bytes) => BoltRecogniser.Recognise(bytes, _maxFrameBytes);

    /// <inheritdoc/>
    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new BoltAttributes(keys);

    /// <inheritdoc/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => BoltRewriter.TryPatchId(message, frame, id);

    /// <inheritdoc/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        BoltRewriter.Rewrite(message, frame, id, mutation, _maxFrameBytes, output);

    /// <inheritdoc/>
    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        BoltReplies.Write(request, reason, text, output);

    /// <inheritdoc/>
    public void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output) => BoltHeartbeats.Write(id, (BoltVariant)variant, output);

    /// <inheritdoc/>
    public void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) =>
        BoltHeartbeats.WriteAnswer(message, heartbeat, output);
}
