namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// Samples with flipped bits, inserted, removed, doubled and exchanged parts and edited lengths throw nothing; what the codec writes
    /// for those that still decode decodes again. <see cref="ConformanceOptions.DamagedMessages"/> says how many.
    /// </summary>
    public static void SurvivesDamage(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null)
    {
        var probe = Start(nameof(SurvivesDamage), codec, samples, options);
        var exercise = new Exercise(probe);
        var dice = new Dice(probe.Options.Seed);
        var memos = samples.Select(probe.MemoFor).ToArray();
        for (var round = 0; round < probe.Options.DamagedMessages; round++)
        {
            var index = dice.Next(samples.Count);
            var sample = samples[index];
            var bytes = dice.Damage(sample.Bytes, dice.Pick(samples).Bytes, out var at);
            exercise.Run(new(sample, sample.Origin, bytes, "damaged", at, round), probe.Open(sample), memos[index]);
        }
    }
}
