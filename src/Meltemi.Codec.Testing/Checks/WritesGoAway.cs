namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>The codec's go-away decodes as one that a server sent, for each variant that samples have.</summary>
    public static void WritesGoAway(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(WritesGoAway), codec, samples, options, WritesGoAway);

    private static void WritesGoAway(Probe probe)
    {
        if (!probe.Info.GoAway) return;
        foreach (var (variant, sample) in Variants(probe))
        {
            var output = probe.Writer();
            var given = new Case(null, Origin.Server, [], $"WriteGoAway(variant {variant})");
            try
            {
                probe.Codec.WriteGoAway(variant, output);
            }
            catch (Exception e)
            {
                throw probe.Threw(given, "WriteGoAway", e);
            }

            given = given with { Bytes = output.Bytes };
            var after = sample.Origin == Origin.Server ? sample.After : sample.AnswerAfter;
            var frame = default(Frame);
            var answer = probe.Decode(given, probe.Open(Origin.Server, after), 0, ref frame);
            CheckOwn(probe, given, answer, frame, MessageKind.GoAway, null, variant);
        }
    }
}
