using System.Buffers;
using AwesomeRpc;
using AwesomeRpc.Codec;
using Meltemi.Codec;

namespace Meltemi.Tests.Support;

/// <summary>AwesomeRPC in which a one-way message with the command <c>cancel</c> says that nobody waits for the request of its id any more.</summary>
internal sealed class CancellingCodec : ICodec
{
    private readonly ICodec _codec = new AwesomeRpcCodecFactory().Create(new CodecOptions());

    public CodecInfo Info => ((AwesomeRpcCodec)_codec).Info with { Cancels = true };

    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) => _codec.Decode(bytes, origin, state, ref frame);

    public AttributeReader Bind(AttributeKeys keys, Origin origin) => _codec.Bind(keys, origin);

    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => _codec.TryPatchId(message, frame, id);

    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        _codec.Rewrite(message, frame, id, mutation, output);

    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        _codec.WriteReply(request, reason, text, output);

    public void WriteCancel(ulong id, byte variant, IBufferWriter<byte> output) =>
        output.Write(new Message(MessageType.OneWay, (uint)id) { Headers = MemoryMesh.Headers(("command", "cancel")) }.ToBytes());
}
