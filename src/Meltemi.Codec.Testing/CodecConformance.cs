using System.Runtime.ExceptionServices;

namespace Meltemi.Codec.Testing;

/// <summary>
/// Checks that hold for every codec. <see cref="Verify"/> runs all of them; each is also a method of its own, so that a test project
/// can show them by name. A check that fails throws <see cref="ConformanceException"/>.
/// </summary>
public static partial class CodecConformance
{
    /// <summary>All checks, the simple ones first.</summary>
    public static IReadOnlyList<ConformanceCheck> Checks { get; } =
    [
        new(nameof(DescribesItself), DescribesItself),
        new(nameof(DecodesWholeMessages), DecodesWholeMessages),
        new(nameof(WaitsForMissingBytes), WaitsForMissingBytes),
        new(nameof(RecognisesItself), RecognisesItself),
        new(nameof(FindsMessagesInAStream), FindsMessagesInAStream),
        new(nameof(IsPure), IsPure),
        new(nameof(ReadsAttributes), ReadsAttributes),
        new(nameof(RewritesIds), RewritesIds),
        new(nameof(AppliesMutations), AppliesMutations),
        new(nameof(WritesReplies), WritesReplies),
        new(nameof(WritesHeartbeats), WritesHeartbeats),
        new(nameof(WritesGoAway), WritesGoAway),
        new(nameof(BoundsLengths), BoundsLengths),
        new(nameof(SurvivesWrongEndings), SurvivesWrongEndings),
        new(nameof(SurvivesRandomBytes), SurvivesRandomBytes),
        new(nameof(SurvivesDamage), SurvivesDamage),
        new(nameof(AllocatesNothing), AllocatesNothing),
    ];

    /// <summary>Runs all checks.</summary>
    public static void Verify(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null)
    {
        foreach (var check in Checks) check.Run(codec, samples, options);
    }

    /// <summary>Runs a check on a thread of its own, so that a codec that loops for ever is a failure and not a hang.</summary>
    private static void Run(string check, ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options, Action<Probe> body)
    {
        if (samples.Count == 0) throw new ArgumentException("no samples", nameof(samples));
        var probe = new Probe(check, codec, samples, options);
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                body(probe);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true, Name = check };
        thread.Start();
        for (long before = -1; !thread.Join(probe.Options.Patience); before = probe.Calls)
        {
            if (before == probe.Calls) throw probe.Fail(probe.Current, $"the codec has not come back for {probe.Options.Patience}");
        }

        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }
}

/// <summary>One check.</summary>
/// <param name="Name">Name of its method in <see cref="CodecConformance"/>.</param>
/// <param name="Run">The method.</param>
public sealed record ConformanceCheck(string Name, Action<ICodec, IReadOnlyList<Sample>, ConformanceOptions?> Run)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
