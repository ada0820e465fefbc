using System.Buffers;
using Meltemi.Codec.Declarative.Attributes;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Explaining;
using Meltemi.Codec.Declarative.Messages;
using Meltemi.Codec.Declarative.Rewriting;

namespace Meltemi.Codec.Declarative;

/// <summary>
/// A protocol that was described instead of programmed; made by <see cref="DeclaredProtocol"/>. The description is compiled once: to places of fields, tables of
/// kinds and templates of messages. What is not described is passed on as it came.
/// </summary>
public sealed class DeclaredCodec : ICodec
{
    private readonly Decoder _decoder;
    private readonly AttributeSpec[] _attributes;
    private readonly Rewriter _rewriter;
    private readonly Replies _replies;
    private readonly Heartbeats _heartbeats;
    private readonly MessageTemplate? _goAway;
    private readonly MessageTemplate? _cancel;

    internal DeclaredCodec(
        CodecInfo info, Plan plan, AttributeSpec[] attributes, Rewriter rewriter, Replies replies, Heartbeats heartbeats, MessageTemplate? goAway, MessageTemplate? cancel)
    {
        (Info, Plan, _decoder, _attributes, _rewriter) = (info, plan, new(plan), attributes, rewriter);
        (_replies, _heartbeats, _goAway, _cancel) = (replies, heartbeats, goAway, cancel);
    }

    /// <inheritdoc/>
    public CodecInfo Info { get; }

    internal Plan Plan { get; }

    internal Replies Replies => _replies;

    /// <summary>What stands where in a message, for people. For tools: it allocates.</summary>
    public IReadOnlyList<ExplainedField> Explain(ReadOnlySpan<byte> message, in Frame frame) => new Explainer(Plan, _attributes).Explain(message, frame);

    /// <summary>The names of the attributes that a message may have, with those that only it has. For tools.</summary>
    public IReadOnlyList<string> AttributeNames(ReadOnlySpan<byte> message, in Frame frame) => new Explainer(Plan, _attributes).AttributeNames(message, frame);

    /// <summary>Why bytes are no message, in more words than <see cref="Decoded.Reason"/> has. For tools.</summary>
    public string ExplainFailure(ReadOnlySpan<byte> bytes, Origin origin, Decoded answer) => new FailureText(Plan).Explain(bytes, origin, answer);

    /// <inheritdoc/>
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) => _decoder.Decode(bytes, origin, ref frame);

    /// <inheritdoc/>
    public Recognition Recognise(ReadOnlySpan<byte> bytes) => Info.Certainty == Certainty.None ? Recognition.No : _decoder.Recognise(bytes);

    /// <inheritdoc/>
    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new DeclaredReader(Plan, new(Plan, _attributes, keys));

    /// <inheritdoc/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => _rewriter.TryPatchId(message, frame, id);

    /// <inheritdoc/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
        _rewriter.Rewrite(message, frame, id, mutation, output);

    /// <inheritdoc/>
    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output) =>
        _replies.Write(request, reason, text, output);

    /// <inheritdoc/>
    public void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output) => _heartbeats.Write(id, output);

    /// <inheritdoc/>
    public void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) =>
        _heartbeats.WriteAnswer(message, heartbeat, output);

    /// <inheritdoc/>
    public void WriteGoAway(byte variant, IBufferWriter<byte> output) => _goAway?.Write(new(), output);

    /// <inheritdoc/>
    public void WriteCancel(ulong id, byte variant, IBufferWriter<byte> output) => _cancel?.Write(new() { Id = id }, output);
}
