using Meltemi.Xds.Yaml;

namespace Meltemi.Resources.Text;

/// <summary>
/// Lists of objects: <c>kind: List</c> as kubectl writes it, and lists of one kind, such as <c>ServiceEntryList</c>, as the API sends
/// them.
/// </summary>
internal static class ListReader
{
    private const string Suffix = "List";

    /// <summary>The objects of a list; null if the node is not a list of objects.</summary>
    public static IEnumerable<YamlNode>? Items(YamlNode node)
    {
        if (node is not YamlMapping list || list.Find("items") is not YamlSequence { Items: var items }) return null;
        if (list.Find("kind") is not YamlScalar { Text: var kind } || !kind.EndsWith(Suffix, StringComparison.Ordinal)) return null;
        return kind == Suffix ? items : items.Select(item => WithKind(item, list, kind[..^Suffix.Length]));
    }

    /// <summary>The API's lists say once of which kind their items are.</summary>
    private static YamlNode WithKind(YamlNode item, YamlMapping list, string kind)
    {
        if (item is not YamlMapping mapping || mapping.Find("kind") is not null) return item;
        var entries = new List<YamlEntry> { new("kind", mapping.Mark, new YamlScalar { Text = kind, Mark = mapping.Mark }) };
        if (list.Find("apiVersion") is { } version && mapping.Find("apiVersion") is null)
            entries.Insert(0, new("apiVersion", mapping.Mark, version));
        return new YamlMapping { Mark = mapping.Mark, Entries = [.. entries, .. mapping.Entries] };
    }
}
