namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary>
    /// An empty mutation gives identical bytes. What a sample says can be set or removed (<see cref="Sample.CanSet"/>,
    /// <see cref="Sample.CanRemove"/>) reads back so, with the new id; every other attribute and the body stay; a change that the message
    /// cannot carry is refused with nothing written. Each origin that <see cref="CodecInfo.CanMutate"/> names needs a sample with
    /// <see cref="Sample.CanSet"/>. Attributes that <see cref="CodecInfo.FixedAttributes"/> names cannot be set.
    /// </summary>
    public static void AppliesMutations(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(AppliesMutations), codec, samples, options, AppliesMutations);

    private static void AppliesMutations(Probe probe)
    {
        foreach (var side in (CanMutate[])[CanMutate.Requests, CanMutate.Responses])
        {
            var origin = side == CanMutate.Requests ? Origin.Client : Origin.Server;
            if (probe.Info.CanMutate.HasFlag(side) && !probe.Samples.Any(sample => sample.Origin == origin && sample.CanSet.Count > 0))
                throw probe.Fail(new(null, origin, []), $"CanMutate has {side}, but no sample says what CanSet");
        }

        foreach (var sample in probe.Samples)
        {
            if (probe.CanMutate(sample)) new MutationRounds(probe, sample).Run();
        }
    }
}
