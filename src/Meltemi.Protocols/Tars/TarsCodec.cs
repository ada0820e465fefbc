using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>
/// Tars: calls in TARS, TUP (simple and complex) and JSON packets over TCP. Attributes are described at <see cref="TarsAttributes"/>, what mutations
/// can do at <see cref="TarsRewriter"/>, error answers at <see cref="TarsReplies"/>.
/// <para>The protocol has no heartbeats of connections: a ping is a call of the function <c>tars_ping</c>, which every servant has. It is routed
/// like any other, so that its answer tells of a server and not of the proxy.</para>
/// </summary>
public sealed class TarsCodec(CodecOptions options) : ICodec
{
    private readonly int _maxFrameBytes = options.MaxFrameBytes;

    /// <inheritdoc/>
    public CodecInfo Info { get; } = new()
    {
        Name = "tars",
        HasIds = true,
        MaxId = uint.MaxValue, // An i32 on the wire.
        MaxFrameBytes = options.MaxFrameBytes,
        Certainty = Certainty.Likely,
        PoolMode = PoolMode.Multiplexed,
        OtherPoolModes = [PoolMode.OneAtATime, PoolMode.Bound],
        Attributes =
        [
            Governance.Service, Governance.Method, Governance.Caller, Governance.Kind, TarsAttributes.Servant, TarsAttributes.Function,
            TarsAttributes.Version, TarsAttributes.MessageType, TarsAttributes.Timeout,
        ],
        OpenAttributes = true,
        CanMutate = CanMutate.Requests | CanMutate.Responses,
        FixedAttributes =
        [
            Governance.Kind, Governance.Service, Governance.Method, TarsAttributes.Version, TarsAttributes.MessageType, TarsAttributes.Timeout,
        ],
        FixedResponseAttributes = [Governance.Kind, TarsAttributes.Version, TarsAttributes.Return, TarsAttributes.Description],
        InterfaceAttribute = TarsAttributes.Servant,
        MethodAttribute = TarsAttributes.Function,
        TimeoutAttribute = TarsAttributes.Timeout,
    };

    /// <inheritdoc/>
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        TarsDecoder.Decode(bytes, origin, _maxFrameBytes, ref frame);

    /// <inheritdoc/>
    public Recognition Recognise(ReadOnlySpan<byte> bytes) => TarsRecogniser.Recognise(bytes, _maxFrameBytes);

    /// <inheritdoc/>
    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new TarsAttributes(keys, origin);

    /// <inheritdoc/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => TarsRewriter.TryPatchId(message, frame, id);

    /// <inheritdoc/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        TarsRewriter.Rewrite(message, frame, id, mutation, _maxFrameBytes, output);

    /// <inheritdoc/>
    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        TarsReplies.Write(request, reason, text, output);
}
