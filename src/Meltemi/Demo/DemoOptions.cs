namespace Meltemi.Program.Demo;

/// <summary>What <c>meltemi demo</c> was asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Lines for a log, and a tour through the rules; else a live view and keys.</summary>
    public bool Plain { get; init; }

    /// <summary>Ends after it; null: when told to.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Where the resources are written, and stay; null: in a new temporary directory.</summary>
    public string? Directory { get; init; }
}
