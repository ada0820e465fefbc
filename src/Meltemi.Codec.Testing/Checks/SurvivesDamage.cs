namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// Samples with flipped bits, inserted, removed, doubled and exchanged parts and edited lengths throw nothing; what the codec writes
    /// for those that still decode decodes again. <see cref="ConformanceOptions.DamagedMessages"/> says how many.
    /// </summary>
    public static void SurvivesDamage(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(SurvivesDamage), codec, samples, options, SurvivesDamage);

    private static void SurvivesDamage(Probe probe)
    {
        var exercise = new Exercise(probe);
        var dice = new Dice(probe.Options.Seed);
        var memos = probe.Samples.Select(probe.MemoFor).ToArray();
        for (var round = 0; round < probe.Options.DamagedMessages; round++)
        {
            var index = dice.Next(probe.Samples.Count);
            var sample = probe.Samples[index];
            var bytes = dice.Damage(sample.Bytes, dice.Pick(probe.Samples).Bytes, out var at);
            exercise.Run(new(sample, sample.Origin, bytes, "damaged", at, round), probe.Open(sample), memos[index]);
        }
    }
}
