using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Trpc;

/// <summary>
/// tRPC: calls and streams. Attributes are described at <see cref="TrpcAttributes"/>, what mutations can do at <see cref="TrpcRewriter"/>, error
/// answers at <see cref="TrpcReplies"/>. The protocol has neither heartbeats nor a go-away.
/// </summary>
public sealed class TrpcCodec(CodecOptions options) : ICodec
{
    private readonly int _maxFrameBytes = options.MaxFrameBytes;

    /// <inheritdoc/>
    public CodecInfo Info { get; } = new()
    {
        Name = "trpc",
        HasIds = true,
        MaxId = uint.MaxValue,
        MaxFrameBytes = options.MaxFrameBytes,
        Certainty = Certainty.Sure,
        PoolMode = PoolMode.Multiplexed,
        OtherPoolModes = [PoolMode.Bound],
        Streams = true,
        Cancels = true,
        Attributes =
        [
            Governance.Service, Governance.Method, Governance.Caller, Governance.Kind, TrpcAttributes.Callee, TrpcAttributes.Function,
            TrpcAttributes.Timeout, TrpcAttributes.MessageType, TrpcAttributes.ContentType,
        ],
        OpenAttributes = true,
        CanMutate = CanMutate.Requests | CanMutate.Responses,
        FixedAttributes =
        [
            Governance.Kind, Governance.Service, Governance.Method, Governance.Caller, TrpcAttributes.Callee, TrpcAttributes.Function,
            TrpcAttributes.Timeout, TrpcAttributes.MessageType, TrpcAttributes.ContentType,
        ],
        FixedResponseAttributes = [Governance.Kind, "ret", "func_ret", "error_msg"],
        InterfaceAttribute = TrpcAttributes.Callee,
        MethodAttribute = Governance.Method,
        TimeoutAttribute = TrpcAttributes.Timeout,
    };

    /// <inheritdoc/>
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        TrpcDecoder.Decode(bytes, origin, _maxFrameBytes, ref frame);

    /// <inheritdoc/>
    public Recognition Recognise(ReadOnlySpan<byte> bytes) => TrpcRecogniser.Recognise(bytes);

    /// <inheritdoc/>
    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new TrpcAttributes(keys, origin);

    /// <inheritdoc/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => TrpcRewriter.TryPatchId(message, frame, id);

    /// <inheritdoc/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        TrpcRewriter.Rewrite(message, frame, id, mutation, _maxFrameBytes, output);

    /// <inheritdoc/>
    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        TrpcReplies.Write(request, reason, text, output);

    /// <inheritdoc/>
    public void WriteCancel(ulong id, byte variant, IBufferWriter<byte> output) => TrpcReplies.WriteCancel(id, variant, output);
}
