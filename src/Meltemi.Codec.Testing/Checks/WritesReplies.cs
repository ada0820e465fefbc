namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    private static readonly string[] ReplyTexts =
    [
        "meltemi: no healthy endpoint in cluster demo",
        "",
        "two\r\nlines, \"quotes\", \\ and \u00fcml\u00e4ut \u6e2f",
        new('x', 5000),
    ];

    /// <summary>
    /// For every request and every <see cref="ReplyReason"/> the reply is one whole message that a server could have sent, with the
    /// request's id, a status other than Ok, the code that WriteReply returned, and the text in it.
    /// </summary>
    public static void WritesReplies(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(WritesReplies), codec, samples, options, WritesReplies);

    private static void WritesReplies(Probe probe)
    {
        foreach (var sample in probe.Samples)
        {
            if (sample.Origin != Origin.Client || sample.Kind is not (MessageKind.Request or MessageKind.StreamOpen)) continue;
            var state = probe.Open(sample);
            var request = default(Frame);
            if (probe.DecodeWhole(sample, state, ref request) is { } problem) throw probe.Fail(Case.Of(sample), problem);
            foreach (var reason in Enum.GetValues<ReplyReason>())
            {
                foreach (var text in ReplyTexts) CheckReply(probe, sample, state, request, reason, text);
            }
        }
    }

    private static void CheckReply(Probe probe, Sample sample, object? state, in Frame request, ReplyReason reason, string text)
    {
        var bytes = probe.Reply(Case.Of(sample), state, request, reason, Probe.Utf8(text), out var code);
        var reply = new Case(sample, Origin.Server, bytes, $"reply for {reason} with {text.Length} characters");
        var frame = default(Frame);
        var answer = probe.Decode(reply, probe.Open(Origin.Server, sample.AnswerAfter), request.Memo, ref frame);
        if (answer.Status != DecodeStatus.Complete) throw probe.Fail(reply, Probe.Say(answer));
        if (frame.Length != bytes.Length) throw probe.Fail(reply, $"is {bytes.Length} bytes, but the first message in it {frame.Length}");
        var ofStream = frame.Kind is MessageKind.StreamOpen or MessageKind.StreamData or MessageKind.StreamClose;
        var ends = sample.Kind == MessageKind.StreamOpen && ofStream && frame.Flags.HasFlag(FrameFlags.EndBoth);
        if (frame.Kind != MessageKind.Response && !ends)
            throw probe.Fail(reply, $"Kind is {frame.Kind}, expected Response (or the end of both halves of a stream)");
        if (probe.Info.HasIds && frame.Id != request.Id) throw probe.Fail(reply, $"Id is {frame.Id}, expected {request.Id}");
        if (frame.Status == AnswerStatus.Ok) throw probe.Fail(reply, "Status is Ok");
        if (frame.Code != code) throw probe.Fail(reply, $"Code is {frame.Code}, but WriteReply returned {code}");

        // Line breaks may have to be replaced and long texts cut, but a plain line must get through.
        if (probe.Options.PlainReplyText && text == ReplyTexts[0] && bytes.AsSpan().IndexOf(Probe.Utf8(text)) < 0)
            throw probe.Fail(reply, "the text is not in it");
    }
}
