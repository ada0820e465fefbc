namespace Meltemi.Xds.Yaml;

/// <summary>The text is not YAML, or exceeds a limit of <see cref="YamlText"/>.</summary>
public sealed class YamlSyntaxException(Mark mark, string message) : Exception(message)
{
    /// <summary>Where.</summary>
    public Mark Mark { get; } = mark;
}
