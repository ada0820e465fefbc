namespace Meltemi.Codec.Testing;

/// <summary>Bytes that a codec is given, and how they came about; words are made only when something fails.</summary>
/// <param name="Sample">The sample behind them; null: none.</param>
/// <param name="Origin">Who is said to have sent them.</param>
/// <param name="Bytes">An array of exactly the given bytes, so that reading past the end shows.</param>
/// <param name="How">What was done to the sample; empty: nothing.</param>
/// <param name="At">Where; -1: nowhere in particular.</param>
/// <param name="Round">Number of the round in checks with random input; -1: none.</param>
internal sealed record Case(Sample? Sample, Origin Origin, byte[] Bytes, string How = "", int At = -1, int Round = -1)
{
    public static Case Of(Sample sample) => new(sample, sample.Origin, sample.Bytes);

    public string Where
    {
        get
        {
            var how = How.Length > 0 ? ", " + How : "";
            var round = Round >= 0 ? $", round {Round}" : "";
            return (Sample is null ? $"from {Origin}" : $"sample {Sample}") + how + round;
        }
    }
}
