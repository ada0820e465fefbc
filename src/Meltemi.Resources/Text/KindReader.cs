using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.Resources.Text;

/// <summary>Reads <c>apiVersion</c> and <c>kind</c>.</summary>
internal static class KindReader
{
    /// <summary>The kind, null if it is not known or its version is not; and the version as written.</summary>
    public static (ResourceKind? Kind, string ApiVersion) Read(YamlMapping root, ProblemList problems)
    {
        var apiVersion = Text(root, "apiVersion", problems);
        var name = Text(root, "kind", problems);
        if (apiVersion is null || name is null) return (null, apiVersion ?? "");

        var slash = apiVersion.IndexOf('/');
        var (group, version) = (apiVersion[..Math.Max(0, slash)], apiVersion[(slash + 1)..]);
        var kind = ResourceKinds.Find(group, name);
        if (kind is null)
            problems.Error("kind", NotKnown(group, apiVersion, name));
        else if (!kind.Versions.Contains(version))
            problems.Error(
                "apiVersion", $"'{apiVersion}' is no version of {name}; {Choice(kind.Versions.Select(other => ApiVersion(kind, other)))}");
        else
            return (kind, apiVersion);
        return (null, apiVersion);
    }

    private static string? Text(YamlMapping root, string key, ProblemList problems)
    {
        switch (root.Find(key))
        {
            case null or { IsNull: true }:
                problems.Error(key, root.Mark, $"'{key}' is missing");
                return null;
            case YamlScalar { Text.Length: > 0 } scalar:
                return scalar.Text;
            case var other:
                problems.Error(key, $"expected a text, found {other.Kind}");
                return null;
        }
    }

    private static string NotKnown(string group, string apiVersion, string name)
    {
        var elsewhere = ResourceKinds.All.Where(kind => kind.Name == name).ToList();
        if (elsewhere.Count > 0)
            return $"there is no {name} in '{apiVersion}'; {Choice(elsewhere.Select(kind => ApiVersion(kind, kind.Versions[0])))}";
        var nearest = Spelling.Hint(name, ResourceKinds.All.Select(kind => kind.Name));
        if (nearest.Length > 0) return $"there is no kind '{name}'{nearest}";
        var same = ResourceKinds.All.Where(kind => kind.Group == group).ToList();
        var known = same.Count > 0 ? same : [.. ResourceKinds.All];
        var names = string.Join(", ", known.Select(kind => kind.Name));
        return $"there is no kind '{name}' in '{apiVersion}'; known {(same.Count > 0 ? "there " : "")}are {names}";
    }

    private static string Choice(IEnumerable<string> versions) => $"write {string.Join(" or ", versions)}";

    private static string ApiVersion(ResourceKind kind, string version) => kind.Group.Length == 0 ? version : $"{kind.Group}/{version}";
}
