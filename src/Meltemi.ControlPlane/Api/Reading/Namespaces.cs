using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>
/// Namespaces as clients see them. They need not be made: a namespace is there as soon as something is in it, and <c>default</c> always is.
/// Those that are stored, for their labels, are there even when they are empty.
/// </summary>
internal static class Namespaces
{
    /// <summary>The one that is always there.</summary>
    public const string Default = "default";

    private const string NameLabel = "kubernetes.io/metadata.name";

    public static bool IsKind(ResourceKind kind) => kind is { Group: "", Name: "Namespace" };

    /// <summary>All of them.</summary>
    public static IEnumerable<Resource> All(StoreState state, ResourceKind kind) => Ages(state).Select(item => Find(state, kind, item.Key, item.Value));

    /// <summary>One; null if there is no such.</summary>
    public static Resource? FindExisting(StoreState state, ResourceKey key) =>
        Ages(state).TryGetValue(key.Name, out var since) ? Find(state, key.Kind, key.Name, since) : null;

    /// <summary>One that is there: as stored, or made.</summary>
    public static Resource Find(StoreState state, ResourceKind kind, string name, DateTimeOffset since) =>
        state.Resources.GetValueOrDefault(new(kind, "", name)) ?? Make(kind, name, since);

    /// <summary>The namespace that a resource brings about; empty: none.</summary>
    public static string BroughtAbout(ResourceKey key) => IsKind(key.Kind) ? key.Name : key.Namespace;

    /// <summary>How many resources bring each namespace about.</summary>
    public static Dictionary<string, int> Count(StoreState state)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal) { [Default] = 1 };
        foreach (var key in state.Resources.Keys)
            if (BroughtAbout(key) is { Length: > 0 } name) counts[name] = counts.GetValueOrDefault(name) + 1;
        return counts;
    }

    // Names, and since when something is in them.
    private static Dictionary<string, DateTimeOffset> Ages(StoreState state)
    {
        var ages = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (key, resource) in state.Resources)
        {
            var name = BroughtAbout(key);
            if (name.Length == 0 || (ages.TryGetValue(name, out var since) && since <= resource.Meta.CreationTimestamp)) continue;
            ages[name] = resource.Meta.CreationTimestamp;
        }

        ages.TryAdd(Default, default);
        return ages;
    }

    // Its uid is made of its name, so that it stays the same as long as the namespace is there.
    private static Resource Make(ResourceKind kind, string name, DateTimeOffset since) => new()
    {
        Key = new(kind, "", name),
        ApiVersion = "v1",
        Meta = new()
        {
            Uid = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes("namespace/" + name)).AsSpan(0, 16)).ToString(),
            ResourceVersion = "1",
            Generation = 1,
            CreationTimestamp = since,
            Labels = ImmutableDictionary<string, string>.Empty.Add(NameLabel, name),
        },
        Json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            apiVersion = "v1",
            kind = "Namespace",
            metadata = new { name, labels = new Dictionary<string, string> { [NameLabel] = name } },
            status = new { phase = "Active" },
        }),
        Spec = new Resources.Core.Namespace(),
    };
}
