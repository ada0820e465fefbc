namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// The codec's own heartbeat decodes as one, for each variant that samples have, and its answer decodes as HeartbeatAnswer with the
    /// same id. Heartbeats among the samples, of either origin, are answered alike, or not at all if they want no answer.
    /// </summary>
    public static void WritesHeartbeats(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(WritesHeartbeats), codec, samples, options, WritesHeartbeats);

    private static void WritesHeartbeats(Probe probe)
    {
        foreach (var sample in probe.Samples.Where(sample => sample.Kind == MessageKind.Heartbeat))
        {
            var frame = probe.Decode(sample);
            CheckHeartbeatAnswer(probe, Case.Of(sample), frame, mayBeSilent: true);
        }

        if (!probe.Info.Heartbeats) return;
        foreach (var (variant, sample) in Variants(probe))
        {
            foreach (var id in (ulong[])[1, 77, probe.Info.MaxId])
            {
                var output = probe.Writer();
                var beat = new Case(null, Origin.Client, [], $"WriteHeartbeat({id}, variant {variant})");
                try
                {
                    probe.Codec.WriteHeartbeat(id, variant, output);
                }
                catch (Exception e)
                {
                    throw probe.Threw(beat, "WriteHeartbeat", e);
                }

                beat = beat with { Bytes = output.Bytes };
                var frame = default(Frame);
                var state = probe.Open(Origin.Client, sample.Origin == Origin.Client ? sample.After : []);
                var answer = probe.Decode(beat, state, 0, ref frame);
                CheckOwn(probe, beat, answer, frame, MessageKind.Heartbeat, id, variant);
                CheckHeartbeatAnswer(probe, beat, frame, mayBeSilent: false);
            }
        }
    }

    private static void CheckHeartbeatAnswer(Probe probe, Case beat, in Frame heartbeat, bool mayBeSilent)
    {
        var bytes = probe.HeartbeatAnswer(beat, heartbeat);
        if (bytes.Length == 0 && mayBeSilent) return;
        var other = beat.Origin == Origin.Client ? Origin.Server : Origin.Client;
        var given = new Case(beat.Sample, other, bytes, "answer to a heartbeat");
        var after = other == Origin.Server ? beat.Sample?.AnswerAfter : null;
        var frame = default(Frame);
        var answer = probe.Decode(given, probe.Open(other, after ?? []), heartbeat.Memo, ref frame);
        CheckOwn(probe, given, answer, frame, MessageKind.HeartbeatAnswer, heartbeat.Id, heartbeat.Variant);
    }

    private static void CheckOwn(Probe probe, Case given, Decoded answer, in Frame frame, MessageKind kind, ulong? id, byte variant)
    {
        if (given.Bytes.Length == 0) throw probe.Fail(given, "nothing was written");
        if (answer.Status != DecodeStatus.Complete) throw probe.Fail(given, Probe.Say(answer));
        if (frame.Length != given.Bytes.Length) throw probe.Fail(given, $"Length is {frame.Length} of {given.Bytes.Length} bytes");
        if (frame.Kind != kind) throw probe.Fail(given, $"Kind is {frame.Kind}, expected {kind}");
        if (probe.Info.HasIds && frame.Id != (id ?? frame.Id)) throw probe.Fail(given, $"Id is {frame.Id}, expected {id}");
        if (frame.Variant != variant) throw probe.Fail(given, $"Variant is {frame.Variant}, expected {variant}");
    }

    /// <summary>Each variant among the probe.Samples, with one sample that has it.</summary>
    private static IEnumerable<(byte Variant, Sample Sample)> Variants(Probe probe) =>
        probe.Samples.Select(sample => (probe.Decode(sample).Variant, sample)).DistinctBy(pair => pair.Variant);
}
