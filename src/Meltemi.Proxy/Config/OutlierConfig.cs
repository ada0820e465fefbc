namespace Meltemi.Proxy.Config;

/// <summary>
/// When an endpoint that fails is left out for a while (<c>envoy.config.cluster.v3.OutlierDetection</c>). An error is an answer that says that the
/// server failed (a 5xx for HTTP), or no answer; a gateway failure is one of those that say overloaded, time-out or no answer.
/// </summary>
public sealed record OutlierConfig
{
    /// <summary>Errors in a row; 0: not looked at. Default 5.</summary>
    public Conviction Consecutive5xx { get; init; } = new(5, 100);

    /// <summary>Gateway failures in a row; 0: not looked at. Default 5, only counted.</summary>
    public Conviction ConsecutiveGatewayFailure { get; init; } = new(5, 0);

    /// <summary>Requests without an answer in a row, if those are judged apart; 0: not looked at. Default 5.</summary>
    public Conviction ConsecutiveLocalOriginFailure { get; init; } = new(5, 100);

    /// <summary>Requests that got no answer (not connected, connection lost, time-out) are judged apart from what endpoints answer.</summary>
    public bool SplitLocalOriginErrors { get; init; }

    /// <summary>Exceptions of the application count as errors. Default: as successes, for the endpoint works.</summary>
    public bool ApplicationErrors { get; init; }

    /// <summary>A success rate so much below that of the others.</summary>
    public SuccessRateConfig SuccessRate { get; init; } = new();

    /// <summary>Too large a part of an interval's requests.</summary>
    public FailurePercentageConfig FailurePercentage { get; init; } = new();

    /// <summary>Time between looks at rates and at who may come back. Default 10 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time out of use, times the number of ejections in a row. Default 30 s.</summary>
    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time out of use; a longer base time counts. Default 300 s.</summary>
    public TimeSpan MaxEjectionTime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Most that is added to that at random, so that not all come back at once. Default none.</summary>
    public TimeSpan MaxEjectionTimeJitter { get; init; }

    /// <summary>Most endpoints that are out of use at a time, in percent. Default 10.</summary>
    public int MaxEjectionPercent { get; init; } = 10;

    /// <summary>One may be out of use even if it is a larger part. Default no.</summary>
    public bool AlwaysEjectOneHost { get; init; }

    /// <summary>An active health check that passes brings an ejected endpoint back. Default yes.</summary>
    public bool UnejectByHealthCheck { get; init; } = true;
}

/// <summary>A number of failures in a row, and in how many of 100 cases it leads to an ejection.</summary>
/// <param name="Failures">The number; 0: never.</param>
/// <param name="EnforcingPercent">0: it is only counted.</param>
public readonly record struct Conviction(int Failures, int EnforcingPercent);

/// <summary>Endpoints whose success rate in an interval is below <c>mean - standard deviation * factor</c>.</summary>
public sealed record SuccessRateConfig
{
    /// <summary>Fewest endpoints with enough requests for it to be looked at. Default 5.</summary>
    public int MinimumHosts { get; init; } = 5;

    /// <summary>Fewest requests of an endpoint in the interval. Default 100.</summary>
    public int RequestVolume { get; init; } = 100;

    /// <summary>The factor. Default 1.9.</summary>
    public double StdevFactor { get; init; } = 1.9;

    /// <summary>In how many of 100 cases it leads to an ejection. Default 100.</summary>
    public int EnforcingPercent { get; init; } = 100;

    /// <summary>The same for requests without an answer, if they are judged apart. Default 100.</summary>
    public int EnforcingLocalOriginPercent { get; init; } = 100;
}

/// <summary>Endpoints of whose requests in an interval too large a part failed.</summary>
public sealed record FailurePercentageConfig
{
    /// <summary>That part in percent. Default 85.</summary>
    public int Threshold { get; init; } = 85;

    /// <summary>Fewest endpoints with enough requests for it to be looked at. Default 5.</summary>
    public int MinimumHosts { get; init; } = 5;

    /// <summary>Fewest requests of an endpoint in the interval. Default 50.</summary>
    public int RequestVolume { get; init; } = 50;

    /// <summary>In how many of 100 cases it leads to an ejection. Default 0.</summary>
    public int EnforcingPercent { get; init; }

    /// <summary>The same for requests without an answer, if they are judged apart. Default 0.</summary>
    public int EnforcingLocalOriginPercent { get; init; }
}
