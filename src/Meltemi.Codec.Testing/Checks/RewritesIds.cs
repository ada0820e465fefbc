namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    private static readonly ulong[] Ids =
    [
        1, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x4000, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000,
        long.MaxValue, ulong.MaxValue,
    ];

    /// <summary>
    /// The id of every message can be replaced, by patching or else by Rewrite, up to MaxId; nothing else changes, and putting the old id
    /// back gives the old bytes.
    /// </summary>
    public static void RewritesIds(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(RewritesIds), codec, samples, options, RewritesIds);

    private static void RewritesIds(Probe probe)
    {
        if (!probe.Info.HasIds) return;
        foreach (var sample in probe.Samples)
        {
            if (sample.WithoutId || sample.Kind is MessageKind.GoAway or MessageKind.ServerPush) continue;
            var frame = probe.Decode(sample);
            var given = Case.Of(sample);
            var keys = probe.AllKeys(sample.Origin);
            var attributes = probe.Attributes(given, keys, frame);
            foreach (var id in Ids.Append(probe.Info.MaxId - 1).Append(probe.Info.MaxId).Append(sample.Id))
            {
                if (id > probe.Info.MaxId) continue;
                var changed = Case.Of(sample) with { Bytes = WithId(probe, given, frame, id), How = $"with id {id}" };
                var after = CheckId(probe, changed, frame, id);
                Same(probe, changed, keys, attributes, probe.Attributes(changed, keys, after));

                var back = WithId(probe, changed, after, sample.Id);
                Equal(probe, changed with { Bytes = back }, sample.Bytes, "with the old id back the bytes differ");
            }
        }
    }

    private static byte[] WithId(Probe probe, Case given, in Frame frame, ulong id)
    {
        if (probe.Patch(given, frame, id) is { } patched)
        {
            if (probe.Rewrite(given, frame, id, Mutation.None) is { } written)
                Equal(probe, given with { Bytes = written }, patched, "Rewrite and TryPatchId write different bytes");
            return patched;
        }

        return probe.Rewrite(given, frame, id, Mutation.None) ?? throw probe.Fail(given, $"neither TryPatchId nor Rewrite writes id {id}");
    }

    private static void Equal(Probe probe, Case given, byte[] expected, string what)
    {
        var same = given.Bytes.AsSpan().CommonPrefixLength(expected);
        if (same < Math.Max(given.Bytes.Length, expected.Length)) throw probe.Fail(given with { At = same }, what);
    }

    private static Frame CheckId(Probe probe, Case changed, in Frame before, ulong id)
    {
        var frame = default(Frame);
        var sample = changed.Sample!;
        var answer = probe.Decode(changed, probe.Open(sample), probe.MemoFor(sample), ref frame);
        if (answer.Status != DecodeStatus.Complete) throw probe.Fail(changed, Probe.Say(answer));
        if (frame.Length != changed.Bytes.Length) throw probe.Fail(changed, $"Length is {frame.Length} of {changed.Bytes.Length} bytes");
        if (frame.Id != id) throw probe.Fail(changed, $"Id is {frame.Id}, expected {id}");
        if (Frames.Difference(before, frame) is { } difference) throw probe.Fail(changed, difference);
        return frame;
    }
}
