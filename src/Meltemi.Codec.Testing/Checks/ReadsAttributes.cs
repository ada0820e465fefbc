namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// Every attribute of a sample is read exactly. One key bound alone reads like all bound together, in any order, and twice the same;
    /// what no sample has is absent.
    /// </summary>
    public static void ReadsAttributes(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(ReadsAttributes), codec, samples, options, ReadsAttributes);

    private static void ReadsAttributes(Probe probe)
    {
        foreach (var sample in probe.Samples)
        {
            var given = Case.Of(sample);
            var frame = probe.Decode(sample);
            var keys = probe.AllKeys(sample.Origin);
            var all = probe.Attributes(given, keys, frame);
            foreach (var (name, value) in sample.Attributes)
            {
                var read = all[keys.IndexOf(name)];
                var expected = value is null ? null : Probe.Utf8(value);
                if (expected is null != read is null || !expected.AsSpan().SequenceEqual(read))
                    throw probe.Fail(given, $"attribute '{name}' is {Probe.Text(read)}, expected {Probe.Text(expected)}");
            }

            if (all[keys.IndexOf(Probe.AbsentKey)] is { } ghost) throw probe.Fail(given, $"has '{Probe.AbsentKey}' = {Probe.Text(ghost)}");

            Same(probe, given with { How = "read again" }, keys, all, probe.Attributes(given, keys, frame));
            var backwards = new AttributeKeys(Enumerable.Range(0, keys.Count).Reverse().Select(slot => keys[slot]));
            var turned = probe.Attributes(given, backwards, frame);
            Same(probe, given with { How = "keys bound in reverse order" }, keys, all, [.. turned.Reverse()]);
            for (var slot = 0; slot < keys.Count; slot++)
            {
                var alone = new AttributeKeys([keys[slot]]);
                Same(probe, given with { How = "one key bound alone" }, alone, [all[slot]], probe.Attributes(given, alone, frame));
            }

            probe.Attributes(given with { How = "no key bound" }, AttributeKeys.None, frame);
        }
    }
}
