using System.Collections.Immutable;
using Meltemi.Proxy.Discovery;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Proxy;

/// <summary>What a <see cref="DataPlane"/> is made with.</summary>
public sealed record DataPlaneOptions
{
    /// <summary>Seed of all random choices. Default: different at each start; tests fix it.</summary>
    public ulong Seed { get; init; } = (ulong)Random.Shared.NextInt64();

    /// <summary>Filters that configurations may name.</summary>
    public ImmutableArray<IFilterFactory> Filters { get; init; } = [];

    /// <summary>The process log. Default: none.</summary>
    public Log Log { get; init; } = Log.None;

    /// <summary>Resolves the names of DNS clusters. Default: the system's resolver.</summary>
    public IResolver Resolver { get; init; } = new SystemResolver();

    /// <summary>Time of DNS cadences. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
