using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Xds.Declarative.V1;
using Meltemi.Xds.Reading;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>What the compilers of one description share.</summary>
internal sealed class CompileContext(Protocol source, ProblemList problems, string path)
{
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

    public Protocol Source { get; } = source;

    /// <summary>The fields that are resolved so far.</summary>
    public List<LayoutField> Fields { get; } = [];

    public bool HasErrors => problems.IsWrong(path);

    /// <summary>Adds an error about a place in the description.</summary>
    public void Error(string at, string message) => problems.Error(path.Length == 0 ? at : $"{path}.{at}", message);

    public void Warning(string at, string message) => problems.Warning(path.Length == 0 ? at : $"{path}.{at}", message);

    public void Add(LayoutField field)
    {
        _byName.TryAdd(field.Name, field.Index);
        Fields.Add(field);
    }

    /// <summary>The field of a name; null if an error was reported.</summary>
    /// <param name="before">Only fields before this index.</param>
    public LayoutField? Field(string name, string at, int before = int.MaxValue)
    {
        if (_byName.TryGetValue(name, out var index) && index < before) return Fields[index];
        if (Source.Layout.Any(field => field.Name == name))
            Error(at, $"the field '{name}' does not come before this one, so that it is not known when it is needed");
        else
            Error(at, $"there is no field '{name}' in the layout{Spelling.Hint(name, Source.Layout.Select(field => field.Name))}");
        return null;
    }
}
