using System.Collections.Immutable;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config;

/// <summary>Faults on purpose (<c>envoy.extensions.filters.http.fault.v3.HTTPFault</c>), of a route or of a listener.</summary>
public sealed record FaultConfig
{
    /// <summary>Requests wait; null: they do not.</summary>
    public FaultDelayConfig? Delay { get; init; }

    /// <summary>Requests are answered with an error, those that wait after they did; null: they are not.</summary>
    public FaultAbortConfig? Abort { get; init; }

    /// <summary>Answers are slow; null: they are not.</summary>
    public FaultRateConfig? ResponseRate { get; init; }

    /// <summary>Conditions on the request, all of which must hold; none: every request.</summary>
    public ImmutableArray<AttributeMatch> Match { get; init; } = [];

    /// <summary>Only requests that go to this cluster; null: wherever they go.</summary>
    public string? Cluster { get; init; }

    /// <summary>Most requests that have a fault at the same time, over all loops; null: no limit.</summary>
    public int? MaxActive { get; init; }
}

/// <summary>A wait before the request goes on. The route's time limit begins after it.</summary>
/// <param name="Kind">Who says how long.</param>
/// <param name="Time">The time, or the mean of it.</param>
/// <param name="Share">How many requests; with <see cref="FaultDelayKind.Asked"/> the most that requests may ask for.</param>
public sealed record FaultDelayConfig(FaultDelayKind Kind, TimeSpan Time, Fraction Share);

/// <summary>How long an injected delay is.</summary>
public enum FaultDelayKind
{
    /// <summary>Always the same.</summary>
    Fixed,

    /// <summary>Exponentially distributed: mostly short, sometimes several times the mean.</summary>
    Exponential,

    /// <summary>The request says it, in milliseconds: <c>x-envoy-fault-delay-request</c>.</summary>
    Asked,
}

/// <summary>An error instead of an answer.</summary>
/// <param name="Error">Which of the protocol's errors; null: what the request asks for.</param>
/// <param name="Share">How many requests.</param>
public sealed record FaultAbortConfig(ReplyReason? Error, Fraction Share);

/// <summary>Answers that take their time.</summary>
/// <param name="BytesPerSecond">How fast an answer comes; null: as the request asks.</param>
/// <param name="Share">How many requests.</param>
public sealed record FaultRateConfig(long? BytesPerSecond, Fraction Share);
