using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Tests.Config;

/// <summary>A protocol that configuration can name; it is never asked to read a byte.</summary>
internal sealed class FakeProtocol(CodecInfo info) : ICodecFactory, ICodec
{
    public static CodecRegistry Registry() => new CodecRegistry()
        .Add(new FakeProtocol(new()
        {
            Name = "dubbo",
            PoolMode = PoolMode.Multiplexed,
            Attributes = ["interface", "method"],
            OpenAttributes = true,
            CanMutate = CanMutate.Requests | CanMutate.Responses,
            FixedAttributes = ["kind"],
            FixedResponseAttributes = ["code"],
            Certainty = Certainty.Sure,
        }))
        .Add(new FakeProtocol(new() { Name = "thrift", PoolMode = PoolMode.OneAtATime, Attributes = ["method"], Certainty = Certainty.Sure }));

    public IReadOnlyList<string> Names => [info.Name];

    public CodecOptions? Options { get; private init; }

    public CodecInfo Info => info;

    public ICodec Create(CodecOptions options) => new FakeProtocol(info) { Options = options };

    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) => throw new NotSupportedException();

    public AttributeReader Bind(AttributeKeys keys, Origin origin) => throw new NotSupportedException();

    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        throw new NotSupportedException();
}
