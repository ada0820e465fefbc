namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// Every beginning of a sample answers NeedMore, with a number above what is there and not above the message's length; once the rest
    /// has come, the same connection state decodes it.
    /// </summary>
    public static void WaitsForMissingBytes(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(WaitsForMissingBytes), codec, samples, options, WaitsForMissingBytes);

    private static void WaitsForMissingBytes(Probe probe)
    {
        foreach (var sample in probe.Samples)
        {
            var whole = probe.Decode(sample);
            var memo = probe.MemoFor(sample);
            foreach (var length in Places.In(sample.Bytes.Length, probe.Options.Seed))
            {
                var given = Case.Of(sample) with { Bytes = sample.Bytes[..length], How = "cut", At = length };
                var state = probe.Open(sample);
                var frame = default(Frame);
                var answer = probe.Decode(given, state, memo, ref frame);
                if (answer.Status != DecodeStatus.NeedMore) throw probe.Fail(given, Probe.Say(answer) + ", expected NeedMore");
                if (answer.Needed > sample.Bytes.Length)
                    throw probe.Fail(given, $"Decode asks for {answer.Needed} bytes, the message has only {sample.Bytes.Length}");

                var rest = Case.Of(sample) with { How = "after a try with less", At = length };
                var then = probe.DecodeWhole(sample, state, ref frame) ?? Frames.AnyDifference(whole, frame);
                if (then is not null) throw probe.Fail(rest, then);
            }
        }
    }
}
