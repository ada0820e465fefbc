using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Codec.Testing;

/// <summary>The conformance kit's checks as tests by name; a protocol derives from it. MELTEMI_FUZZ=5000000 makes a long run.</summary>
public abstract class ConformanceTests
{
    private static readonly ConformanceOptions Default = FromEnvironment();

    protected abstract ICodec Codec { get; }

    protected abstract IReadOnlyList<Sample> Samples { get; }

    protected virtual ConformanceOptions Options => Default;

    [Fact]
    public void Describes_itself() => CodecConformance.DescribesItself(Codec, Samples, Options);

    [Fact]
    public void Decodes_whole_messages() => CodecConformance.DecodesWholeMessages(Codec, Samples, Options);

    [Fact]
    public void Waits_for_missing_bytes() => CodecConformance.WaitsForMissingBytes(Codec, Samples, Options);

    [Fact]
    public void Recognises_itself() => CodecConformance.RecognisesItself(Codec, Samples, Options);

    [Fact]
    public void Finds_messages_in_a_stream() => CodecConformance.FindsMessagesInAStream(Codec, Samples, Options);

    [Fact]
    public void Is_pure() => CodecConformance.IsPure(Codec, Samples, Options);

    [Fact]
    public void Reads_attributes() => CodecConformance.ReadsAttributes(Codec, Samples, Options);

    [Fact]
    public void Rewrites_ids() => CodecConformance.RewritesIds(Codec, Samples, Options);

    [Fact]
    public void Applies_mutations() => CodecConformance.AppliesMutations(Codec, Samples, Options);

    [Fact]
    public void Writes_replies() => CodecConformance.WritesReplies(Codec, Samples, Options);

    [Fact]
    public void Writes_heartbeats() => CodecConformance.WritesHeartbeats(Codec, Samples, Options);

    [Fact]
    public void Writes_go_away() => CodecConformance.WritesGoAway(Codec, Samples, Options);

    [Fact]
    public void Bounds_lengths() => CodecConformance.BoundsLengths(Codec, Samples, Options);

    [Fact]
    public void Survives_wrong_endings() => CodecConformance.SurvivesWrongEndings(Codec, Samples, Options);

    [Fact]
    public void Survives_random_bytes() => CodecConformance.SurvivesRandomBytes(Codec, Samples, Options);

    [Fact]
    public void Survives_damage() => CodecConformance.SurvivesDamage(Codec, Samples, Options);

    [Fact]
    public void Allocates_nothing() => CodecConformance.AllocatesNothing(Codec, Samples, Options);

    private static ConformanceOptions FromEnvironment()
    {
        var options = new ConformanceOptions();
        if (int.TryParse(Environment.GetEnvironmentVariable("MELTEMI_FUZZ"), out var messages))
            options = options with { DamagedMessages = messages, RandomMessages = messages / 4, Seed = Environment.TickCount };
        if (int.TryParse(Environment.GetEnvironmentVariable("MELTEMI_FUZZ_SEED"), out var seed)) options = options with { Seed = seed };
        return options;
    }
}
