using Meltemi.Xds.Rules;

namespace Meltemi.Xds.Schema;

/// <summary>An enum type.</summary>
public sealed class EnumSchema
{
    private readonly Dictionary<string, int> _byName;

    internal EnumSchema(EnumType proto)
    {
        _byName = proto.Value.ToDictionary(value => value.Name, value => value.Number, StringComparer.Ordinal);
    }

    /// <summary>Names in the order of the proto.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>Number of a name.</summary>
    public bool TryGet(string name, out int number) => _byName.TryGetValue(name, out number);

    /// <summary>Name of a number; null if it has none.</summary>
    public string? NameOf(int number) => _byName.FirstOrDefault(pair => pair.Value == number).Key;

    /// <summary>Whether a number has a name.</summary>
    public bool Has(int number) => _byName.ContainsValue(number);
}
