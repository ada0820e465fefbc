namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>Every sample decodes with its length, kind, id and whatever else it promises; also when more bytes follow.</summary>
    public static void DecodesWholeMessages(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(DecodesWholeMessages), codec, samples, options, DecodesWholeMessages);

    private static void DecodesWholeMessages(Probe probe)
    {
        foreach (var sample in probe.Samples)
        {
            var alone = probe.Decode(sample);
            byte[] twice = [.. sample.Bytes, .. sample.Bytes];
            var given = Case.Of(sample) with { Bytes = twice, How = "twice in a row", At = sample.Bytes.Length };
            var frame = default(Frame);
            var answer = probe.Decode(given, probe.Open(sample), probe.MemoFor(sample), ref frame);
            if (answer.Status != DecodeStatus.Complete) throw probe.Fail(given, Probe.Say(answer));
            frame.Memo = sample.Answers is null ? frame.Memo : alone.Memo;
            if (Frames.AnyDifference(alone, frame) is { } difference) throw probe.Fail(given, difference);
        }
    }
}
