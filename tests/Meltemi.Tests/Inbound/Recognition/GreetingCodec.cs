using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Tests.Inbound.Recognition;

/// <summary>A protocol that is recognised by a greeting; its one message never ends.</summary>
internal sealed class GreetingCodec(string name, Certainty certainty, byte[] greeting) : ICodec
{
    public CodecInfo Info { get; } = new() { Name = name, Certainty = certainty, OrderedAnswers = true, PoolMode = PoolMode.OneAtATime };

    public Meltemi.Codec.Recognition Recognise(ReadOnlySpan<byte> bytes) => Recognising.Magic(bytes, greeting);

    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) => Decoded.Need(bytes.Length + 1);

    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new NoAttributes();

    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) => 0;

    private sealed class NoAttributes : AttributeReader
    {
        public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values) => true;
    }
}
