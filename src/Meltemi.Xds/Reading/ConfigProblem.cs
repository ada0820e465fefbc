using Meltemi.Xds.Yaml;

namespace Meltemi.Xds.Reading;

/// <summary>Something that is wrong with a configuration, or that has no effect.</summary>
/// <param name="Severity">Whether it prevents the configuration from being used.</param>
/// <param name="Path">Path of the field, such as <c>static_resources.clusters[0].name</c>; empty for the whole.</param>
/// <param name="Message">What is wrong, in words, without the path.</param>
/// <param name="Mark">Place in the text; 0:0 if there is no text.</param>
public sealed record ConfigProblem(ProblemSeverity Severity, string Path, string Message, Mark Mark)
{
    /// <summary>It is about a field that is not known: whoever wants to be strict refuses it, though it does no harm.</summary>
    public bool IsUnknownField { get; init; }

    /// <summary><c>line:column path: message</c>, without what is unknown.</summary>
    public override string ToString()
    {
        var place = Mark.Line > 0 ? $"{Mark.Line}:{Mark.Column}" : "";
        var path = Path.Length > 0 ? $"{Path}: " : "";
        var separator = place.Length > 0 ? place + (path.Length > 0 ? " " : ": ") : "";
        return $"{separator}{path}{Message}";
    }
}

/// <summary>How bad a problem is.</summary>
public enum ProblemSeverity
{
    /// <summary>The configuration can be used; what is named has no effect or is likely a mistake.</summary>
    Warning,

    /// <summary>The configuration cannot be used.</summary>
    Error,
}
