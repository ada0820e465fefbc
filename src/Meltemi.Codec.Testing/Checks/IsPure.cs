namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// Same bytes, same answer: all samples are decoded first and read later, in other orders, by one reader, from other arrays.
    /// What a codec remembers in a field of its own, instead of in the frame, shows.
    /// </summary>
    public static void IsPure(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(IsPure), codec, samples, options, IsPure);

    private static void IsPure(Probe probe)
    {
        var frames = new Frame[probe.Samples.Count];
        var expected = new byte[]?[probe.Samples.Count][];
        var keys = (AttributeKeys[])[probe.AllKeys(Origin.Client), probe.AllKeys(Origin.Server)];
        for (var i = 0; i < probe.Samples.Count; i++)
        {
            var given = Case.Of(probe.Samples[i]);
            frames[i] = probe.Decode(probe.Samples[i]);
            expected[i] = probe.Attributes(given, keys[(int)given.Origin], frames[i]);
        }

        var readers = (AttributeReader[])[probe.Codec.Bind(keys[0], Origin.Client), probe.Codec.Bind(keys[1], Origin.Server)];
        var values = new AttributeValues();
        foreach (var step in (int[])[1, -1])
        {
            var again = new Frame[probe.Samples.Count];
            foreach (var i in Order(probe.Samples.Count, -step))
            {
                again[i] = probe.Decode(probe.Samples[i]);
                if (Frames.AnyDifference(frames[i], again[i]) is { } difference)
                    throw probe.Fail(Case.Of(probe.Samples[i]) with { How = "decoded again" }, difference);
            }

            foreach (var i in Order(probe.Samples.Count, step))
            {
                var copy = probe.Samples[i].Bytes.ToArray();
                var given = Case.Of(probe.Samples[i]) with { Bytes = copy, How = "read after others were decoded" };
                var side = (int)given.Origin;
                if (!probe.Read(given, readers[side], keys[side], again[i], values)) throw probe.Fail(given, "Read says malformed");
                Same(probe, given, keys[side], expected[i], Probe.Copy(values, keys[side], given.Bytes));
            }
        }
    }

    private static IEnumerable<int> Order(int count, int step) =>
        step > 0 ? Enumerable.Range(0, count) : Enumerable.Range(0, count).Reverse();

    private static void Same(Probe probe, Case given, AttributeKeys keys, byte[]?[] expected, byte[]?[] actual, ISet<string>? apart = null)
    {
        for (var slot = 0; slot < keys.Count; slot++)
        {
            if (apart is not null && apart.Contains(keys[slot])) continue;
            if (expected[slot] is null != actual[slot] is null || !expected[slot].AsSpan().SequenceEqual(actual[slot]))
                throw probe.Fail(given, $"attribute '{keys[slot]}' is {Probe.Text(actual[slot])}, expected {Probe.Text(expected[slot])}");
        }
    }
}
