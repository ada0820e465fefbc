namespace Meltemi.ControlPlane.Stores;

/// <summary>What bounds a store's memory. Whoever exceeds a limit is told which one.</summary>
public sealed record StoreLimits
{
    /// <summary>Largest resource, in bytes of its JSON without status; the default is etcd's limit for a request, so that all stores take the same.</summary>
    public int MaxResourceBytes { get; init; } = 1536 * 1024;

    /// <summary>Most resources.</summary>
    public int MaxResources { get; init; } = 500_000;

    /// <summary>How many changes are remembered for those who watch; who falls behind by more lists again.</summary>
    public int MaxRememberedChanges { get; init; } = 16_384;

    /// <summary>How many bytes the remembered changes may hold, whichever limit is reached first. The newest batch is always remembered.</summary>
    public long MaxRememberedBytes { get; init; } = 64 * 1024 * 1024;
}
