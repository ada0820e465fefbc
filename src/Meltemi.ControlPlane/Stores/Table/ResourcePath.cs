using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>A resource's key as one text, <c>GROUP/PLURAL/NAMESPACE/NAME</c>. The core group is written <c>core</c>, no namespace <c>_</c>.</summary>
internal static class ResourcePath
{
    private const string CoreGroup = "core";
    private const string NoNamespace = "_";

    private static readonly Dictionary<(string Group, string Plural), ResourceKind> Kinds =
        ResourceKinds.All.ToDictionary(kind => (Group(kind), kind.Plural));

    /// <summary>The text.</summary>
    public static string Of(ResourceKey key) =>
        $"{Group(key.Kind)}/{key.Kind.Plural}/{(key.Namespace.Length == 0 ? NoNamespace : key.Namespace)}/{key.Name}";

    /// <summary>What a text stands for.</summary>
    /// <param name="path">The text.</param>
    /// <param name="key">The resource.</param>
    /// <param name="problem">Why it stands for nothing.</param>
    public static bool TryParse(string path, out ResourceKey key, out string problem)
    {
        (key, problem) = (default, "");
        var parts = path.Split('/');
        if (parts.Length != 4 || Array.Exists(parts, part => part.Length == 0))
        {
            problem = "the key does not end in GROUP/PLURAL/NAMESPACE/NAME";
            return false;
        }

        if (!Kinds.TryGetValue((parts[0], parts[1]), out var kind))
        {
            problem = $"there is no kind of resource with the plural '{parts[1]}' in the group '{parts[0]}'";
            return false;
        }

        key = new(kind, parts[2] == NoNamespace ? "" : parts[2], parts[3]);
        return true;
    }

    private static string Group(ResourceKind kind) => kind.Group.Length == 0 ? CoreGroup : kind.Group;
}
