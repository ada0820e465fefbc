namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>Nothing throws when a sample is cut anywhere and goes on with zeros, ones, rubbish or another sample.</summary>
    public static void SurvivesWrongEndings(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(SurvivesWrongEndings), codec, samples, options, SurvivesWrongEndings);

    private static void SurvivesWrongEndings(Probe probe)
    {
        var exercise = new Exercise(probe);
        var dice = new Dice(probe.Options.Seed);
        foreach (var sample in probe.Samples)
        {
            var memo = probe.MemoFor(sample);
            foreach (var at in Places.In(sample.Bytes.Length, probe.Options.Seed))
            {
                var rest = sample.Bytes.Length - at;
                var ones = new byte[rest];
                ones.AsSpan().Fill(0xff);
                var longer = dice.Bytes(1 + dice.Next(rest + 64));
                byte[][] endings = [new byte[rest], ones, dice.Bytes(rest), longer, dice.Pick(probe.Samples).Bytes];
                foreach (var ending in endings)
                {
                    byte[] bytes = [.. sample.Bytes.AsSpan(0, at), .. ending];
                    exercise.Run(Case.Of(sample) with { Bytes = bytes, How = "with a wrong ending", At = at }, probe.Open(sample), memo);
                }
            }
        }
    }
}
