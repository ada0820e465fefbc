using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>Who may write what, and what becomes of it: Kubernetes' rules for versions, generations, uids and creation times.</summary>
internal static class WriteRules
{
    /// <summary>Whether a write may go ahead.</summary>
    /// <param name="resource">What is to be stored.</param>
    /// <param name="before">What is there.</param>
    /// <param name="expectedVersion">As for <see cref="IResourceStore.PutAsync"/>.</param>
    /// <param name="count">How many resources there are.</param>
    /// <param name="limits">Limits.</param>
    /// <exception cref="StoreException">It may not.</exception>
    public static void CheckPut(Resource resource, Resource? before, string? expectedVersion, int count, StoreLimits limits)
    {
        CheckSize(resource, limits);
        if (before is null)
        {
            if (!string.IsNullOrEmpty(expectedVersion)) throw NotFound(resource.Key);
            if (count >= limits.MaxResources)
            {
                throw new StoreException(
                    StoreError.Failed, $"{resource.Key} was not created: there are {count} resources, and that is the limit");
            }

            return;
        }

        if (expectedVersion is { Length: 0 })
        {
            throw new StoreException(
                StoreError.AlreadyExists, $"{resource.Key} exists already, at version {before.Meta.ResourceVersion}: change it instead of creating it");
        }

        CheckVersion(before, expectedVersion);
        if (resource.Meta.Uid.Length > 0 && resource.Meta.Uid != before.Meta.Uid)
        {
            throw new StoreException(
                StoreError.Conflict, $"{before.Key} was deleted and created again: it has the uid {before.Meta.Uid}, not {resource.Meta.Uid}; read it again");
        }
    }

    /// <summary>Whether a resource may be deleted; answers what is there.</summary>
    /// <exception cref="StoreException">It may not.</exception>
    public static Resource CheckDelete(ResourceKey key, Resource? before, string? expectedVersion)
    {
        if (before is null) throw NotFound(key);
        CheckVersion(before, expectedVersion);
        return before;
    }

    /// <summary>Whether a resource is not larger than allowed.</summary>
    /// <exception cref="StoreException">It is.</exception>
    public static void CheckSize(Resource resource, StoreLimits limits)
    {
        if (resource.Json.Length > limits.MaxResourceBytes) throw new StoreException(StoreError.TooLarge, TooLarge(resource, limits));
    }

    /// <summary>The sentence about a resource that is too large.</summary>
    public static string TooLarge(Resource resource, StoreLimits limits) =>
        $"{resource.Key} has {resource.Json.Length} bytes, and a resource may have at most {limits.MaxResourceBytes}: split it into several";

    /// <summary>What is stored when a resource is written; <paramref name="before"/> itself if the write changes nothing.</summary>
    /// <param name="resource">What is written; what only a store may say in it is ignored, as is its status.</param>
    /// <param name="before">What is there; null: nothing.</param>
    /// <param name="revision">Revision of the write.</param>
    /// <param name="created">Time of creation, if it is created.</param>
    public static Resource Next(Resource resource, Resource? before, long revision, DateTimeOffset created)
    {
        var json = ResourceJson.WithoutGenerated(resource.Json);
        if (before is null)
        {
            return resource with
            {
                Json = json,
                Status = null,
                Meta = resource.Meta with
                {
                    Uid = Guid.NewGuid().ToString(),
                    ResourceVersion = Version(revision),
                    Generation = 1,
                    CreationTimestamp = created,
                },
            };
        }

        if (ResourceJson.Same(before.Json, json)) return before;
        return resource with
        {
            Json = json,
            Status = before.Status,
            Meta = resource.Meta with
            {
                Uid = before.Meta.Uid,
                ResourceVersion = Version(revision),
                Generation = before.Meta.Generation + (ResourceJson.SameSpec(before.Json, json) ? 0 : 1),
                CreationTimestamp = before.Meta.CreationTimestamp,
            },
        };
    }

    /// <summary>What is stored when a status is written; null if there is nothing to do.</summary>
    public static Resource? NextStatus(Resource? before, string uid, ResourceStatus status, long revision)
    {
        if (before is null || before.Meta.Uid != uid || status.Equals(before.Status)) return null;
        return before with { Status = status, Meta = before.Meta with { ResourceVersion = Version(revision) } };
    }

    /// <summary>A revision as a resource version.</summary>
    public static string Version(long revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void CheckVersion(Resource before, string? expectedVersion)
    {
        if (expectedVersion is null || expectedVersion == before.Meta.ResourceVersion) return;
        var found = before.Meta.ResourceVersion;
        throw new StoreException(
            StoreError.Conflict,
            $"{before.Key} was changed by somebody else: it is at version {found}, not {expectedVersion}; read it again and repeat the change");
    }

    private static StoreException NotFound(ResourceKey key) => new(StoreError.NotFound, $"there is no {key}");
}
