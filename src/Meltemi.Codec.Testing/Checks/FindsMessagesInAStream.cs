namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// All samples of one origin back to back, as TCP delivers them: in two pieces, cut at every byte, and byte by byte. Each message is
    /// found, with the same frame, and bytes are never waited for that belong to the next. With connection state, samples are joined that
    /// follow the same messages (<see cref="Sample.After"/>).
    /// </summary>
    public static void FindsMessagesInAStream(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(FindsMessagesInAStream), codec, samples, options, FindsMessagesInAStream);

    private static void FindsMessagesInAStream(Probe probe)
    {
        foreach (var stream in Streams(probe))
        {
            var total = stream.Bytes.Length;
            foreach (var cut in Places.In(total, probe.Options.Seed)) stream.Feed([cut, total]);
            stream.Feed(Enumerable.Range(1, total));
        }
    }

    private static IEnumerable<SampleStream> Streams(Probe probe)
    {
        foreach (var group in probe.Samples.GroupBy(sample => (sample.Origin, string.Join('\n', sample.After.Select(one => one.Name)))))
        {
            var first = group.First();
            if (probe.Codec.NewConnectionState(first.Origin) is null)
            {
                yield return new(probe, first.Origin, [], [.. group]);
                continue;
            }

            // State may forbid what is fine alone (a greeting cannot come twice), so a sample that does not fit starts a stream of its own.
            var left = group.ToList();
            while (left.Count > 0)
            {
                var fitting = SampleStream.Fitting(probe, left);
                left.RemoveAll(fitting.Contains);
                yield return new(probe, first.Origin, first.After, fitting);
            }
        }
    }
}
