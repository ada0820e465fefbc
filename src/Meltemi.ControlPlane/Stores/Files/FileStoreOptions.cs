namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>How a directory of resources is kept.</summary>
public sealed record FileStoreOptions
{
    /// <summary>The directory; it must exist.</summary>
    public required string Directory { get; init; }

    /// <summary>Limits of resources.</summary>
    public StoreLimits Limits { get; init; } = new();

    /// <summary>Largest file. Default 32 MiB.</summary>
    public int MaxFileBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most files. Default 200,000.</summary>
    public int MaxFiles { get; init; } = 200_000;

    /// <summary>How long it must be quiet before edits are read, so that a burst of edits is one change. Default 50 ms.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>After this time edits are read even if more are coming. Default 500 ms.</summary>
    public TimeSpan LongestBurst { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a file must be gone or empty before its resources are: some editors delete and write anew. Default 300 ms.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a file that somebody writes to and does not close is left alone. Default 2 s.</summary>
    public TimeSpan LongestWrite { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often everything is looked at even if nobody told of a change (network file systems do not). Default 10 s.</summary>
    public TimeSpan Rescan { get; init; } = TimeSpan.FromSeconds(10);
}
