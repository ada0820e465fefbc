using Meltemi.Resources;
using Meltemi.Xds.Reading;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary>Kinds as people write them, and where the API has them.</summary>
internal static class Kinds
{
    /// <summary>A kind by kind, plural, singular or short name, with or without <c>.group</c>.</summary>
    /// <exception cref="CommandFailedException">There is no such kind.</exception>
    public static ResourceKind Parse(string text) =>
        ResourceKinds.Named(text)
        ?? throw new CommandFailedException(
            $"there is no kind '{text}'{Spelling.Hint(text, ResourceKinds.All.Select(kind => kind.Plural))}; 'meltemi get --help' lists them", ExitCodes.Usage);

    /// <summary><c>KIND</c>, <c>KIND NAME...</c>, <c>KIND,KIND</c>, <c>KIND/NAME...</c>: pairs of kind and name, null for all of the kind.</summary>
    public static IReadOnlyList<(ResourceKind Kind, string? Name)> ParseTargets(string[] words)
    {
        if (words.Length == 0) throw new CommandFailedException("name a kind, such as metarouters", ExitCodes.Usage);
        if (words.All(word => word.Contains('/', StringComparison.Ordinal)))
            return [.. words.Select(word => word.Split('/', 2)).Select(pair => (Parse(pair[0]), (string?)pair[1]))];
        var kinds = words[0] == "all" ? [.. ResourceKinds.All.Where(kind => kind.Group.Length > 0)] : words[0].Split(',').Select(Parse).ToArray();
        if (words.Length == 1) return [.. kinds.Select(kind => (kind, (string?)null))];
        return [.. kinds.SelectMany(kind => words.Skip(1).Select(name => (kind, (string?)name)))];
    }

    /// <summary>Path of a kind's collection; all namespaces if <paramref name="space"/> is null.</summary>
    public static string Path(ResourceKind kind, string? space)
    {
        var root = kind.Group.Length == 0 ? $"/api/{kind.Versions[0]}" : $"/apis/{kind.Group}/{kind.Versions[0]}";
        return kind.Namespaced && space is not null ? $"{root}/namespaces/{Uri.EscapeDataString(space)}/{kind.Plural}" : $"{root}/{kind.Plural}";
    }

    /// <summary>Path of one object.</summary>
    public static string Path(ResourceKind kind, string space, string name) => $"{Path(kind, space)}/{Uri.EscapeDataString(name)}";
}
