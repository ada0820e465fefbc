using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation;

/// <summary>A field of a resource, to say something about it.</summary>
/// <param name="Sink">Where it is said.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Path">The field; empty for the whole.</param>
public readonly record struct FieldPath(DiagnosticSink Sink, ResourceKey Resource, string Path)
{
    /// <summary>The <c>spec</c> of a resource.</summary>
    public static FieldPath Spec(DiagnosticSink sink, Resource resource) => new(sink, resource.Key, "spec");

    /// <summary>A field in it.</summary>
    public FieldPath this[string field] => this with { Path = Path.Length == 0 ? field : $"{Path}.{field}" };

    /// <summary>An item of the list that it is.</summary>
    public FieldPath this[int index] => this with { Path = $"{Path}[{index}]" };

    /// <summary>An entry of the map that it is.</summary>
    public FieldPath Entry(string key) => this with { Path = $"{Path}[{key}]" };

    /// <summary>What is said cannot be, or is overruled.</summary>
    public void NotAccepted(string text) => Sink.NotAccepted(Resource, Path, text);

    /// <summary>What is named does not exist.</summary>
    public void NotResolved(string text) => Sink.NotResolved(Resource, Path, text);

    /// <summary>Legal, but surely not meant, or without effect.</summary>
    public void Warning(string text) => Sink.Warning(Resource, Path, text);
}
