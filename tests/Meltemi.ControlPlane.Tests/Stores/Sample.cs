using System.Collections.Immutable;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Stores;

/// <summary>Resources made by hand, for what does not look into them.</summary>
internal static class Sample
{
    public static ResourceKind Kind { get; } = new("metaprotocol.aeraki.io", "MetaRouter", "metarouters", ["v1alpha1"])
    {
        MessageType = "google.protobuf.Struct",
    };

    public static ResourceKey Key(string name) => new(Kind, "default", name);

    /// <summary>A resource whose spec is one host.</summary>
    public static Resource Resource(string name, string host = "a", string labels = "{}", string extra = "") => new()
    {
        Key = Key(name),
        ApiVersion = "metaprotocol.aeraki.io/v1alpha1",
        Meta = new(),
        Spec = new Struct(),
        Json = Encoding.UTF8.GetBytes(
            $$$"""
            {"apiVersion":"metaprotocol.aeraki.io/v1alpha1","kind":"MetaRouter",
            "metadata":{"name":"{{{name}}}","namespace":"default","labels":{{{labels}}}{{{extra}}}},"spec":{"hosts":["{{{host}}}"]}}
            """),
    };

    public static ResourceStatus Status(string reason) => new()
    {
        Conditions = [new Condition(Condition.Accepted, true, reason, "", DateTimeOffset.UnixEpoch)],
        ObservedGeneration = 1,
    };

    public static string Text(this Resource resource) => Encoding.UTF8.GetString(resource.Json.Span);

    /// <summary>Reads a watch until it has as many changes, at most for ten seconds.</summary>
    public static async Task<ImmutableArray<StoreChange>> TakeAsync(this IResourceStore store, long after, int count)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var changes = ImmutableArray.CreateBuilder<StoreChange>();
        if (count == 0) return [];
        await foreach (var batch in store.WatchAsync(after, timeout.Token))
        {
            changes.AddRange(batch.Changes);
            if (changes.Count >= count) break;
        }

        return changes.ToImmutable();
    }
}
