using System.Text;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// Which key a resource has: <c>PREFIX/resources/GROUP/PLURAL/NAMESPACE/NAME</c>, and <c>PREFIX/status/...</c> for its status. The core group is
/// written <c>core</c>, no namespace <c>_</c>.
/// </summary>
internal sealed class EtcdKeys
{
    private const string CoreGroup = "core";
    private const string NoNamespace = "_";

    private readonly string _resources;
    private readonly string _statuses;
    private readonly Dictionary<(string Group, string Plural), ResourceKind> _kinds;

    /// <param name="prefix">What all keys begin with.</param>
    public EtcdKeys(string prefix)
    {
        prefix = prefix.TrimEnd('/');
        (_resources, _statuses) = (prefix + "/resources/", prefix + "/status/");
        First = Encoding.UTF8.GetBytes(prefix + "/");

        // The first key that does not begin so: '0' follows '/'.
        End = Encoding.UTF8.GetBytes(prefix + "0");
        _kinds = ResourceKinds.All.ToDictionary(kind => (Group(kind), kind.Plural));
    }

    /// <summary>The range of all keys: from this one.</summary>
    public byte[] First { get; }

    /// <summary>To before this one.</summary>
    public byte[] End { get; }

    /// <summary>Key of a resource.</summary>
    public byte[] Resource(ResourceKey key) => Encoding.UTF8.GetBytes(_resources + Path(key));

    /// <summary>Key of its status.</summary>
    public byte[] Status(ResourceKey key) => Encoding.UTF8.GetBytes(_statuses + Path(key));

    /// <summary>What a key stands for.</summary>
    /// <param name="key">The key.</param>
    /// <param name="found">The resource.</param>
    /// <param name="isStatus">It is that of the status.</param>
    /// <param name="problem">Why it stands for nothing.</param>
    public bool TryParse(string key, out ResourceKey found, out bool isStatus, out string problem)
    {
        found = default;
        problem = "";
        isStatus = key.StartsWith(_statuses, StringComparison.Ordinal);
        if (!isStatus && !key.StartsWith(_resources, StringComparison.Ordinal))
        {
            problem = $"the key begins with neither {_resources} nor {_statuses}";
            return false;
        }

        var parts = key[(isStatus ? _statuses : _resources).Length..].Split('/');
        if (parts.Length != 4 || Array.Exists(parts, part => part.Length == 0))
        {
            problem = "the key does not end in GROUP/PLURAL/NAMESPACE/NAME";
            return false;
        }

        if (!_kinds.TryGetValue((parts[0], parts[1]), out var kind))
        {
            problem = $"there is no kind of resource with the plural '{parts[1]}' in the group '{parts[0]}'";
            return false;
        }

        found = new(kind, parts[2] == NoNamespace ? "" : parts[2], parts[3]);
        return true;
    }

    private static string Path(ResourceKey key) =>
        $"{Group(key.Kind)}/{key.Kind.Plural}/{(key.Namespace.Length == 0 ? NoNamespace : key.Namespace)}/{key.Name}";

    private static string Group(ResourceKind kind) => kind.Group.Length == 0 ? CoreGroup : kind.Group;
}
