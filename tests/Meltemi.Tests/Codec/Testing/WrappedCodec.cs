using System.Buffers;
using AwesomeRpc.Codec;
using Meltemi.Codec;

namespace Meltemi.Tests.Codec.Testing;

/// <summary>A right codec, of which each test breaks one thing.</summary>
internal class WrappedCodec : ICodec
{
    protected static readonly ICodec Good = new AwesomeRpcCodecFactory().Create(new());

    public virtual CodecInfo Info => Good.Info;

    public virtual object? NewConnectionState(Origin origin) => null;

    public virtual Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        Good.Decode(bytes, origin, state, ref frame);

    public virtual Recognition Recognise(ReadOnlySpan<byte> bytes) => Good.Recognise(bytes);

    public virtual AttributeReader Bind(AttributeKeys keys, Origin origin) => Good.Bind(keys, origin);

    public virtual bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => Good.TryPatchId(message, frame, id);

    public virtual bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        Good.Rewrite(message, frame, id, mutation, output);

    public virtual int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        Good.WriteReply(request, reason, text, output);

    public virtual void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output) => Good.WriteHeartbeat(id, variant, output);

    public virtual void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) =>
        Good.WriteHeartbeatAnswer(message, heartbeat, output);

    public virtual void WriteGoAway(byte variant, IBufferWriter<byte> output) => Good.WriteGoAway(variant, output);
}

internal delegate Decoded DecodeCall(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame);

/// <summary>Breaks Decode.</summary>
internal sealed class WithDecode(DecodeCall decode, Func<object>? state = null) : WrappedCodec
{
    public static readonly DecodeCall GoodDecode = Good.Decode;

    public override object? NewConnectionState(Origin origin) => state?.Invoke();

    public override Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) =>
        decode(bytes, origin, state, ref frame);
}

internal delegate Recognition RecogniseCall(ReadOnlySpan<byte> bytes);

/// <summary>Breaks Recognise.</summary>
internal sealed class WithRecognise(RecogniseCall recognise) : WrappedCodec
{
    public static readonly RecogniseCall GoodRecognise = Good.Recognise;

    public override Recognition Recognise(ReadOnlySpan<byte> bytes) => recognise(bytes);
}

internal delegate bool ReadCall(
    AttributeReader good, ReadOnlySpan<byte> message, in Frame frame, AttributeValues values, AttributeKeys keys);

/// <summary>Breaks the attribute reader.</summary>
internal sealed class WithReader(ReadCall read) : WrappedCodec
{
    public override AttributeReader Bind(AttributeKeys keys, Origin origin) => new Reader(Good.Bind(keys, origin), keys, read);

    private sealed class Reader(AttributeReader good, AttributeKeys keys, ReadCall read) : AttributeReader
    {
        public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values) =>
            read(good, message, frame, values, keys);
    }
}

internal delegate bool PatchCall(Span<byte> message, ulong id);

/// <summary>Breaks TryPatchId.</summary>
internal sealed class WithPatch(PatchCall patch) : WrappedCodec
{
    public override bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => patch(message, id);
}

internal delegate bool RewriteCall(
    ICodec good, ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output);

/// <summary>Breaks Rewrite.</summary>
internal sealed class WithRewrite(RewriteCall rewrite) : WrappedCodec
{
    public override bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        rewrite(Good, message, frame, id, mutation, output);
}

internal delegate int ReplyCall(
    ICodec good, in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output);

/// <summary>Breaks WriteReply.</summary>
internal sealed class WithReply(ReplyCall reply) : WrappedCodec
{
    public override int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        reply(Good, request, reason, text, output);
}
