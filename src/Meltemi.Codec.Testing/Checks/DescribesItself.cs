namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    /// <summary><see cref="CodecInfo"/> does not contradict itself.</summary>
    public static void DescribesItself(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(DescribesItself), codec, samples, options, DescribesItself);

    private static void DescribesItself(Probe probe)
    {
        var info = probe.Info;
        if (string.IsNullOrWhiteSpace(info.Name)) throw Wrong("Name is empty");
        if (!info.HasIds && !info.OrderedAnswers) throw Wrong("without ids answers can only be matched by order: set OrderedAnswers");
        if (info.HasIds && info.MaxId < 0xff) throw Wrong($"MaxId {info.MaxId} leaves no room for the proxy's own ids");
        PoolMode[] modes = [info.PoolMode, .. info.OtherPoolModes];
        if (!info.HasIds && modes.Contains(PoolMode.Multiplexed)) throw Wrong("PoolMode.Multiplexed needs HasIds");
        if (modes.Distinct().Count() != modes.Length) throw Wrong("a pool mode is named twice");
        Known("InterfaceAttribute", info.InterfaceAttribute);
        Known("MethodAttribute", info.MethodAttribute);
        Known("TimeoutAttribute", info.TimeoutAttribute);

        void Known(string property, string? name)
        {
            if (name is not null && !info.OpenAttributes && !info.Attributes.Contains(name))
                throw Wrong($"{property} '{name}' is not among Attributes, and OpenAttributes is off");
        }

        ConformanceException Wrong(string what) => probe.Fail(new(null, Origin.Client, []), "CodecInfo: " + what);
    }
}
