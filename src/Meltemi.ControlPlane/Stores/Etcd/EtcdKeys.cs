using System.Text;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// Which key is what: <c>PREFIX/resources/GROUP/PLURAL/NAMESPACE/NAME</c> a resource, <c>PREFIX/status/...</c> its status, <c>PREFIX/shared/NAME</c> what
/// controllers share beside.
/// </summary>
internal sealed class EtcdKeys
{
    private readonly string _resources;
    private readonly string _statuses;
    private readonly string _shared;

    /// <param name="prefix">What all keys begin with.</param>
    public EtcdKeys(string prefix)
    {
        prefix = prefix.TrimEnd('/');
        (_resources, _statuses, _shared) = (prefix + "/resources/", prefix + "/status/", prefix + "/shared/");
        First = Encoding.UTF8.GetBytes(prefix + "/");

        // The first key that does not begin so: '0' follows '/'.
        End = Encoding.UTF8.GetBytes(prefix + "0");
    }

    /// <summary>The range of all keys: from this one.</summary>
    public byte[] First { get; }

    /// <summary>To before this one.</summary>
    public byte[] End { get; }

    /// <summary>Key of a resource.</summary>
    public byte[] Resource(ResourceKey key) => Encoding.UTF8.GetBytes(_resources + ResourcePath.Of(key));

    /// <summary>Key of its status.</summary>
    public byte[] Status(ResourceKey key) => Encoding.UTF8.GetBytes(_statuses + ResourcePath.Of(key));

    /// <summary>Key of a shared record.</summary>
    public byte[] Shared(string name) => Encoding.UTF8.GetBytes(_shared + name);

    /// <summary>The shared record that a key stands for; null: it is none.</summary>
    public string? SharedName(byte[] key)
    {
        var text = Encoding.UTF8.GetString(key);
        return text.StartsWith(_shared, StringComparison.Ordinal) ? text[_shared.Length..] : null;
    }

    /// <summary>What a key stands for.</summary>
    /// <param name="key">The key.</param>
    /// <param name="found">The resource.</param>
    /// <param name="isStatus">It is that of the status.</param>
    /// <param name="problem">Why it stands for nothing.</param>
    public bool TryParse(string key, out ResourceKey found, out bool isStatus, out string problem)
    {
        found = default;
        isStatus = key.StartsWith(_statuses, StringComparison.Ordinal);
        problem = $"the key begins with neither {_resources} nor {_statuses}";
        return (isStatus || key.StartsWith(_resources, StringComparison.Ordinal))
            && ResourcePath.TryParse(key[(isStatus ? _statuses : _resources).Length..], out found, out problem);
    }
}
