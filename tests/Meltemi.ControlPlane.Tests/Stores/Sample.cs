using System.Collections.Immutable;
using System.Text;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Stores;

/// <summary>Resources to store.</summary>
internal static class Sample
{
    public static ResourceKey Key(string name) => new(ResourceKinds.MetaRouter, "default", name);

    /// <summary>A resource whose spec is one host.</summary>
    public static Resource Resource(string name, string host = "a", string labels = "{}", string extra = "")
    {
        var parsed = ResourceText.FromJson(Encoding.UTF8.GetBytes(
            $$$"""
            {"apiVersion":"metaprotocol.aeraki.io/v1alpha1","kind":"MetaRouter",
            "metadata":{"name":"{{{name}}}","namespace":"default","labels":{{{labels}}}{{{extra}}}},
            "spec":{"hosts":["{{{host}}}.org"],"routes":[{"name":"r","route":[{"destination":{"host":"{{{host}}}.org"}}]}]}}
            """));
        return parsed.Resource ?? throw new InvalidOperationException(string.Join("\n", parsed.Problems));
    }

    /// <summary>One of five million bytes.</summary>
    public static Resource Large(string name)
    {
        var resource = Resource(name);
        var text = Encoding.UTF8.GetString(resource.Json.Span).Replace("\"spec\":{", $"\"spec\":{{\"note\":\"{new string('x', 5_000_000)}\",");
        return resource with { Json = Encoding.UTF8.GetBytes(text) };
    }

    /// <summary>The same as a document of YAML.</summary>
    public static string Yaml(string name, string host = "a") =>
        $"""
        apiVersion: metaprotocol.aeraki.io/v1alpha1
        kind: MetaRouter
        metadata:
          name: {name}
        spec:
          hosts: [{host}.org]
          routes:
          - name: r
            route: [{"{"} destination: {"{"} host: {host}.org {"}"} {"}"}]

        """;

    /// <summary>The host of such a resource.</summary>
    public static string Host(this Resource resource) => resource.SpecAs<Meltemi.Resources.Aeraki.MetaRouter>().Hosts.Single().Replace(".org", "");

    public static ResourceStatus Status(string reason) => new()
    {
        Conditions = [new Condition(Condition.Accepted, true, reason, "", DateTimeOffset.UnixEpoch)],
        ObservedGeneration = 1,
    };

    /// <summary>Reads a watch until it has as many changes and has come to a revision.</summary>
    public static async Task<ImmutableArray<StoreChange>> TakeAsync(this IResourceStore store, long after, int count, long until = 0)
    {
        using var timeout = new CancellationTokenSource(Wait.Limit);
        var changes = ImmutableArray.CreateBuilder<StoreChange>();
        if (count == 0) return [];
        await foreach (var batch in store.WatchAsync(after, timeout.Token))
        {
            changes.AddRange(batch.Changes);
            if (changes.Count >= count && batch.State.Revision >= until) break;
        }

        return changes.ToImmutable();
    }

    /// <summary>Waits until the store's state is as it should be.</summary>
    public static async Task UntilAsync(this IResourceStore store, Func<StoreState, bool> condition)
    {
        using var timeout = new CancellationTokenSource(Wait.Limit);
        var state = store.Current;
        if (condition(state)) return;
        await foreach (var batch in store.WatchAsync(state.Revision, timeout.Token))
        {
            if (condition(batch.State)) return;
        }
    }

    /// <summary>The host of a resource in the store; null: there is no such resource.</summary>
    public static string? Host(this StoreState state, string name) => state.Resources.GetValueOrDefault(Key(name))?.Host();
}
