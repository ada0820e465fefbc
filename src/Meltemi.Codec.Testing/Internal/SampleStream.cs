namespace Meltemi.Codec.Testing;

/// <summary>Samples back to back on one connection, and a loop that reads them as the proxy does: decode, consume, keep the rest.</summary>
internal sealed class SampleStream
{
    private readonly Probe _probe;
    private readonly IReadOnlyList<Sample> _after;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly Case _whole;
    private readonly long[] _memos;
    private readonly Frame[] _expected;

    public SampleStream(Probe probe, Origin origin, IReadOnlyList<Sample> after, IReadOnlyList<Sample> samples)
    {
        _probe = probe;
        _after = after;
        _samples = samples;
        Bytes = samples.SelectMany(sample => sample.Bytes).ToArray();
        _whole = new(null, origin, Bytes, "in a stream of " + string.Join(", ", samples.Select(sample => sample.Name)));
        _memos = samples.Select(probe.MemoFor).ToArray();
        _expected = new Frame[samples.Count];
        var state = probe.Open(origin, after);
        for (var i = 0; i < samples.Count; i++)
        {
            if (probe.DecodeWhole(samples[i], state, ref _expected[i]) is { } problem) throw probe.Fail(Case.Of(samples[i]), problem);
        }
    }

    public byte[] Bytes { get; }

    /// <summary>The samples, in order, that one connection can carry one after the other; at least the first.</summary>
    public static List<Sample> Fitting(Probe probe, List<Sample> samples)
    {
        var fitting = new List<Sample>();
        foreach (var sample in samples)
        {
            var state = probe.Open(sample);
            var frame = default(Frame);
            foreach (var before in fitting) probe.DecodeWhole(before, state, ref frame);
            if (probe.DecodeWhole(sample, state, ref frame) is null || fitting.Count == 0) fitting.Add(sample);
        }

        return fitting;
    }

    /// <summary>Lets the bytes arrive up to each of the ends, and reads what is whole.</summary>
    public void Feed(IEnumerable<int> ends)
    {
        var state = _probe.Open(_whole.Origin, _after);
        int index = 0, start = 0, needed = 0;
        foreach (var end in ends)
        {
            while (start < end && end - start >= needed)
            {
                var given = _whole with { Bytes = Bytes[start..end], At = end - start };
                var frame = default(Frame);
                var answer = _probe.Decode(given, state, _memos[index], ref frame);
                var left = _samples[index].Bytes.Length;
                if (answer.Status == DecodeStatus.NeedMore)
                {
                    if (end - start >= left) throw _probe.Fail(given, $"{Probe.Say(answer)}, but {Name(index)} is there with {left}");
                    if (answer.Needed > left) throw _probe.Fail(given, $"{Probe.Say(answer)}, but {Name(index)} has {left}");
                    needed = answer.Needed;
                    break;
                }

                if (answer.Status != DecodeStatus.Complete) throw _probe.Fail(given, $"{Probe.Say(answer)} at {Name(index)}");
                if (Frames.AnyDifference(_expected[index], frame) is { } problem) throw _probe.Fail(given, $"{Name(index)}: {problem}");
                start += frame.Length;
                needed = 0;
                if (++index == _samples.Count) return;
            }
        }

        throw _probe.Fail(_whole with { At = start }, $"{Name(index)} was never found");
    }

    private string Name(int index) => $"sample '{_samples[index].Name}'";
}
