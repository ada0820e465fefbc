namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    private const int LongestRandom = 400;

    /// <summary>Random bytes, bare or after the first bytes of a sample, throw nothing and never stall a connection.</summary>
    public static void SurvivesRandomBytes(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(SurvivesRandomBytes), codec, samples, options, SurvivesRandomBytes);

    private static void SurvivesRandomBytes(Probe probe)
    {
        var exercise = new Exercise(probe);
        var dice = new Dice(probe.Options.Seed);
        foreach (var origin in (Origin[])[Origin.Client, Origin.Server])
        {
            var heads = probe.Samples.Where(sample => sample.Origin == origin).ToArray();
            for (var round = 0; round < probe.Options.RandomMessages; round++)
            {
                // Bare rubbish rarely passes a magic number, so every other message starts like a real one.
                var head = round % 2 == 1 && heads.Length > 0 ? dice.Pick(heads).Bytes : [];
                byte[] bytes = [.. head.AsSpan(0, Math.Min(head.Length, dice.Next(12))), .. dice.Bytes(dice.Next(LongestRandom))];
                var state = probe.Codec.NewConnectionState(origin);
                for (int used; bytes.Length > 0; bytes = bytes[used..])
                {
                    used = exercise.Run(new(null, origin, bytes, "random bytes", -1, round), state, 0);
                    if (used == 0) break;
                }
            }
        }
    }
}
