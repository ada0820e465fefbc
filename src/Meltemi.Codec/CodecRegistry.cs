namespace Meltemi.Codec;

/// <summary>Makes codecs of one protocol. A plug-in assembly has at least one public implementation with a parameterless constructor.</summary>
public interface ICodecFactory
{
    /// <summary>Protocol name first, then further names under which configuration may ask for it.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Makes a codec for one listener's configuration.</summary>
    ICodec Create(CodecOptions options);
}

/// <summary>Options that every codec understands.</summary>
public sealed record CodecOptions
{
    /// <summary>
    /// Largest message that is accepted, in bytes; a longer one is malformed. Default 8 MiB. A connection buffers at most this much, plus
    /// one read, of an unfinished message.
    /// </summary>
    public int MaxFrameBytes { get; init; } = 8 * 1024 * 1024;
}

/// <summary>The protocols that a process knows, by name.</summary>
public sealed class CodecRegistry
{
    private readonly Dictionary<string, ICodecFactory> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Protocol names (without aliases), sorted.</summary>
    public IEnumerable<string> Names => _byName.Values.Distinct().Select(factory => factory.Names[0]).Order(StringComparer.Ordinal);

    /// <summary>Adds a protocol; a name that is taken goes to the newcomer.</summary>
    public CodecRegistry Add(ICodecFactory factory)
    {
        foreach (var name in factory.Names) _byName[name] = factory;
        return this;
    }

    /// <summary>The factory of a name or alias; null if unknown.</summary>
    public ICodecFactory? Find(string name) => _byName.GetValueOrDefault(name);
}
