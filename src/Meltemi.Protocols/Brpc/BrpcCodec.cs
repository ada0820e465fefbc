using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Brpc;

/// <summary>
/// Apache bRPC's own protocol, baidu_std. Attributes are described at <see cref="BrpcAttributes"/>, what mutations can do at
/// <see cref="BrpcRewriter"/>, error answers at <see cref="BrpcReplies"/>.
/// <para>Frames of streams carry numbers that both sides have given their own connection, so they are forwarded in <see cref="PoolMode.Bound"/> only;
/// in other modes they are dropped and counted. The protocol has neither one-way calls, nor heartbeats, nor a go-away.</para>
/// </summary>
public sealed class BrpcCodec(CodecOptions options) : ICodec
{
    private readonly int _maxFrameBytes = options.MaxFrameBytes;

    /// <inheritdoc/>
    public CodecInfo Info { get; } = new()
    {
        Name = "brpc",
        HasIds = true,
        MaxId = ulong.MaxValue, // An int64 on the wire; clients use all of its bits.
        MaxFrameBytes = options.MaxFrameBytes,
        Certainty = Certainty.Sure,
        PoolMode = PoolMode.Multiplexed,
        OtherPoolModes = [PoolMode.OneAtATime, PoolMode.Bound],
        Attributes =
        [
            Governance.Service, Governance.Method, Governance.Caller, Governance.Kind, BrpcAttributes.LogId, BrpcAttributes.TraceId,
            BrpcAttributes.RequestId, BrpcAttributes.Timeout,
        ],
        OpenAttributes = true,
        CanMutate = CanMutate.Requests | CanMutate.Responses,
        FixedAttributes =
        [
            Governance.Kind, Governance.Service, Governance.Method, BrpcAttributes.LogId, BrpcAttributes.TraceId, BrpcAttributes.RequestId,
            BrpcAttributes.Timeout,
        ],
        FixedResponseAttributes = [Governance.Kind, "error_code", "error_text"],
        InterfaceAttribute = Governance.Service,
        MethodAttribute = Governance.Method,
        TimeoutAttribute = BrpcAttributes.Timeout,
    };

    /// <inheritdoc/>
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        BrpcDecoder.Decode(bytes, origin, _maxFrameBytes, ref frame);

    /// <inheritdoc/>
    public Recognition Recognise(ReadOnlySpan<byte> bytes) => BrpcRecogniser.Recognise(bytes);

    /// <inheritdoc/>
    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new BrpcAttributes(keys, origin);

    /// <inheritdoc/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => BrpcRewriter.TryPatchId(message, frame, id);

    /// <inheritdoc/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        BrpcRewriter.Rewrite(message, frame, id, mutation, _maxFrameBytes, output);

    /// <inheritdoc/>
    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        BrpcReplies.Write(request, reason, text, output);
}
