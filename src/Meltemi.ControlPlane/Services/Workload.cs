using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>Something that runs and can serve: a WorkloadEntry or a Pod.</summary>
public sealed record Workload
{
    /// <summary>The WorkloadEntry or Pod.</summary>
    public required ResourceKey Source { get; init; }

    /// <summary>IP address or host name.</summary>
    public required string Address { get; init; }

    /// <summary>Labels that selectors match.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Named ports; a name that is missing means the service's own port number.</summary>
    public ImmutableDictionary<string, int> Ports { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Where it runs.</summary>
    public Locality Locality { get; init; } = Locality.None;

    /// <summary>Share of requests; at least 1.</summary>
    public uint Weight { get; init; } = 1;

    /// <summary>Can be sent requests.</summary>
    public bool Ready { get; init; } = true;
}
