using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>From what the files hold to the changes of the state. Not safe for several threads.</summary>
internal sealed class FileMerge(ResourceTable table, FileCatalog catalog, StoreLimits limits, CreationClock clock)
{
    private readonly HashSet<ResourceKey> _overLimit = [];

    /// <summary>What is wrong between files.</summary>
    public IEnumerable<(string Source, string Message)> Problems()
    {
        foreach (var key in catalog.Contested)
        {
            var claims = catalog.Claims(key);
            foreach (var loser in claims.Skip(1).Where(claim => claim.File.Missing is null))
            {
                yield return (
                    loser.File.Path,
                    $"{loser.Document.Line}: {key} stands in {claims[0].Place} too, which was there first and counts: remove one of the two");
            }
        }

        foreach (var key in _overLimit)
        {
            if (catalog.Winner(key) is { } claim)
                yield return (claim.File.Path, $"{claim.Document.Line}: {key} does not count: there are {limits.MaxResources} resources, and that is the limit");
        }
    }

    /// <summary>The first state: what the files hold, with what is remembered about it.</summary>
    public StoreState Load(JournalState remembered, long firstRevision)
    {
        foreach (var record in remembered.Records.Values) clock.Saw(record.Meta.CreationTimestamp);
        var revision = remembered.Revision > 0 ? remembered.Revision : firstRevision;
        var resources = ImmutableDictionary.CreateBuilder<ResourceKey, Resource>();
        var created = clock.Next();
        foreach (var key in InOrder(catalog.TakeTouched()))
        {
            if (resources.Count >= limits.MaxResources)
            {
                _overLimit.Add(key);
                continue;
            }

            var found = catalog.Winner(key)!.Document.Resource;
            var before = remembered.Records.TryGetValue(key, out var record) ? Remembered(found, record) : null;
            resources[key] = Next(found, before, revision + 1, created);
            if (!ReferenceEquals(resources[key], before)) revision++;
        }

        // Each resource that is gone was a change too.
        return new(revision + remembered.Records.Keys.Count(key => !resources.ContainsKey(key)), resources.ToImmutable());
    }

    /// <summary>What changed since the last call.</summary>
    public ImmutableArray<StoreChange> Changes()
    {
        var changes = ImmutableArray.CreateBuilder<StoreChange>();
        var revision = table.Current.Revision;
        var count = table.Current.Resources.Count;
        DateTimeOffset? created = null;
        var touched = catalog.TakeTouched();
        if (count < limits.MaxResources) touched.UnionWith(_overLimit);
        foreach (var key in InOrder(touched))
        {
            _overLimit.Remove(key);
            var before = table.Find(key);
            var found = catalog.Winner(key)?.Document.Resource;
            if (found is null && before is null) continue;
            if (before is null && count >= limits.MaxResources)
            {
                _overLimit.Add(key);
                continue;
            }

            var after = found is null ? null : Next(found, before, revision + 1, created ??= clock.Next());
            if (ReferenceEquals(before, after)) continue;
            changes.Add(new(++revision, before, after));
            count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
        }

        return changes.ToImmutable();
    }

    /// <summary>What becomes of a resource that the API writes; <paramref name="before"/> itself if nothing.</summary>
    public Resource Next(Resource resource, Resource? before) =>
        WriteRules.Next(resource, before, table.Current.Revision + 1, before is null ? clock.Next() : default);

    // Who manages which field is told by the API's clients and not written into the files.
    private static Resource Next(Resource found, Resource? before, long revision, DateTimeOffset created)
    {
        var resource = before is null ? found : found with { Json = ResourceJson.WithManagedFieldsOf(before.Json, found.Json) };
        return WriteRules.Next(resource, before, revision, created);
    }

    private static Resource Remembered(Resource found, JournalRecord record) => found with
    {
        Json = record.Json,
        Status = record.Status,
        Meta = found.Meta with
        {
            Uid = record.Meta.Uid,
            ResourceVersion = record.Meta.ResourceVersion,
            Generation = record.Meta.Generation,
            CreationTimestamp = record.Meta.CreationTimestamp,
        },
    };

    // The order of files and lines, so that the same files give the same versions.
    private List<ResourceKey> InOrder(HashSet<ResourceKey> keys) =>
    [
        .. keys.Select(key => (Key: key, Claim: catalog.Winner(key)))
            .OrderBy(one => one.Claim?.File.Path, StringComparer.Ordinal).ThenBy(one => one.Claim?.Document.Line)
            .Select(one => one.Key),
    ];
}
