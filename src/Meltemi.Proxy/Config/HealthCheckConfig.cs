using System.Collections.Immutable;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config;

/// <summary>How endpoints are asked whether they are well (<c>envoy.config.core.v3.HealthCheck</c>).</summary>
public sealed record HealthCheckConfig
{
    /// <summary>What is asked.</summary>
    public required ProbeConfig Probe { get; init; }

    /// <summary>Longest time for an answer, connecting included.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>From an answer to the next question.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Failures in a row that make an endpoint unhealthy. Its very first check decides alone.</summary>
    public required int UnhealthyThreshold { get; init; }

    /// <summary>Successes in a row that make it healthy again.</summary>
    public required int HealthyThreshold { get; init; }

    /// <summary>Most that is waited at random before the very first check.</summary>
    public TimeSpan InitialJitter { get; init; }

    /// <summary>Most that is added to intervals at random.</summary>
    public TimeSpan IntervalJitter { get; init; }

    /// <summary>The same, as a part of the interval in percent.</summary>
    public int IntervalJitterPercent { get; init; }

    /// <summary>Interval while nothing was ever sent to the cluster. Default 60 s.</summary>
    public TimeSpan NoTrafficInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same for endpoints that are healthy. Default: <see cref="NoTrafficInterval"/>.</summary>
    public TimeSpan? NoTrafficHealthyInterval { get; init; }

    /// <summary>Interval for endpoints that are unhealthy. Default: <see cref="Interval"/>.</summary>
    public TimeSpan? UnhealthyInterval { get; init; }

    /// <summary>Interval after the first failure of a healthy one's. Default: <see cref="Interval"/>.</summary>
    public TimeSpan? UnhealthyEdgeInterval { get; init; }

    /// <summary>Interval after the first success of an unhealthy one's. Default: <see cref="Interval"/>.</summary>
    public TimeSpan? HealthyEdgeInterval { get; init; }

    /// <summary>The connection is kept from check to check. Default yes.</summary>
    public bool ReuseConnection { get; init; } = true;

    /// <summary>Every failure is logged, not only what it leads to.</summary>
    public bool AlwaysLogFailures { get; init; }
}

/// <summary>What an endpoint is asked.</summary>
public abstract record ProbeConfig;

/// <summary>Bytes over TCP.</summary>
/// <param name="Send">What is sent, in hexadecimal digits; empty: connecting is enough.</param>
/// <param name="Receive">What must be in the answer in this order, in hexadecimal digits; empty: nothing.</param>
public sealed record TcpProbeConfig(string Send, ImmutableArray<string> Receive) : ProbeConfig
{
    /// <inheritdoc/>
    public bool Equals(TcpProbeConfig? other) => other is not null && Send == other.Send && Receive.SequenceEqual(other.Receive);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Send, Receive.Length);
}

/// <summary>A request of HTTP.</summary>
/// <param name="Request">Its bytes, as text.</param>
/// <param name="Expected">Statuses that are well, from and up to but not including.</param>
/// <param name="Retriable">Statuses that count as one failure; others make the endpoint unhealthy at once.</param>
public sealed record HttpProbeConfig(string Request, ImmutableArray<(long Start, long End)> Expected, ImmutableArray<(long Start, long End)> Retriable)
    : ProbeConfig
{
    /// <inheritdoc/>
    public bool Equals(HttpProbeConfig? other) =>
        other is not null && Request == other.Request && Expected.SequenceEqual(other.Expected) && Retriable.SequenceEqual(other.Retriable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Request, Expected.Length, Retriable.Length);
}

/// <summary>A request or the heartbeat of a protocol.</summary>
/// <param name="Codec">The protocol.</param>
/// <param name="Request">A whole request in hexadecimal digits; empty: a heartbeat.</param>
/// <param name="ApplicationErrorsFail">Whether exceptions of the application count as failures.</param>
public sealed record ProtocolProbeConfig(ICodec Codec, string Request, bool ApplicationErrorsFail) : ProbeConfig
{
    /// <inheritdoc/>
    public bool Equals(ProtocolProbeConfig? other) =>
        other is not null && Codec.Info.Name == other.Codec.Info.Name && Request == other.Request && ApplicationErrorsFail == other.ApplicationErrorsFail;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Codec.Info.Name, Request);
}
