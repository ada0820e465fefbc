namespace Meltemi.Proxy.Outbound.Health;

/// <summary>Why an endpoint is taken for an outlier; the names are those of Envoy's figures.</summary>
internal enum EjectionReason : byte
{
    /// <summary>Errors in a row.</summary>
    Consecutive5xx,

    /// <summary>Gateway failures in a row.</summary>
    ConsecutiveGatewayFailure,

    /// <summary>Requests without an answer in a row.</summary>
    ConsecutiveLocalOriginFailure,

    /// <summary>Far below the success rate of the others.</summary>
    SuccessRate,

    /// <summary>The same, of getting an answer at all.</summary>
    LocalOriginSuccessRate,

    /// <summary>Too large a part of its answers were errors.</summary>
    FailurePercentage,

    /// <summary>Too large a part of its requests got no answer.</summary>
    LocalOriginFailurePercentage,
}

/// <summary>Texts of <see cref="EjectionReason"/>.</summary>
internal static class EjectionReasons
{
    private static readonly string[] Names =
    [
        "consecutive_5xx", "consecutive_gateway_failure", "consecutive_local_origin_failure", "success_rate", "local_origin_success_rate",
        "failure_percentage", "local_origin_failure_percentage",
    ];

    public static int Count => Names.Length;

    public static string Name(this EjectionReason reason) => Names[(int)reason];
}
