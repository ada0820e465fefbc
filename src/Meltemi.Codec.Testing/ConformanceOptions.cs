namespace Meltemi.Codec.Testing;

/// <summary>How hard the checks try.</summary>
public sealed record ConformanceOptions
{
    /// <summary>The <see cref="CodecOptions.MaxFrameBytes"/> that the codec was made with.</summary>
    public int MaxFrameBytes { get; init; } = new CodecOptions().MaxFrameBytes;

    /// <summary>
    /// How far <see cref="Decoded.Needed"/> may exceed <see cref="MaxFrameBytes"/>, in bytes, for a head that does not count. Default 64.
    /// </summary>
    public int NeededSlack { get; init; } = 64;

    /// <summary>Seed of everything random. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Messages of random bytes, per origin. Default 20,000.</summary>
    public int RandomMessages { get; init; } = 20_000;

    /// <summary>Damaged messages of <see cref="CodecConformance.SurvivesDamage"/>. Default 50,000; a long run takes millions.</summary>
    public int DamagedMessages { get; init; } = 50_000;

    /// <summary>Rounds per sample in which allocation is counted. Default 10,000.</summary>
    public int SteadyRounds { get; init; } = 10_000;

    /// <summary>A codec that stays this long in one call is taken to loop for ever. Default 30 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Replies carry their text as it is. False for protocols that compress or escape it.</summary>
    public bool PlainReplyText { get; init; } = true;
}
