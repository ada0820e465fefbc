using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>What HTTP routes and routes for other protocols have in common: retries, faults, mirrors.</summary>
internal static class RoutePolicies
{
    private static readonly string[] RetryConditions =
    [
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "envoy-ratelimited", "retriable-4xx", "refused-stream",
        "retriable-status-codes", "retriable-headers", "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal",
        "resource-exhausted", "unavailable",
    ];

    private static readonly string[] GrpcStatuses =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>Checks retries beside the route's timeout.</summary>
    public static void Check(HTTPRetry? retries, Duration? timeout, FieldPath field)
    {
        if (retries is null) return;
        if (retries.Attempts == 0 && (retries.PerTryTimeout is not null || retries.RetryOn.Length > 0))
            field["attempts"].Error("'attempts' is missing or 0: nothing is tried again");
        if (Longer(retries.PerTryTimeout, timeout))
            field["perTryTimeout"].Warning("it is longer than the route's timeout, so it never ends a try");
        foreach (var condition in retries.RetryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (RetryConditions.Contains(condition) || IsStatus(condition)) continue;
            var hint = Meltemi.Xds.Reading.Spelling.Hint(condition, RetryConditions);
            var known = string.Join(", ", RetryConditions);
            field["retryOn"].Error($"there is no condition '{condition}'; known are {known}, and HTTP codes{hint}");
        }
    }

    /// <summary>Checks faults.</summary>
    public static void Check(HTTPFaultInjection? fault, FieldPath field)
    {
        if (fault is null) return;
        if (fault.Delay is null && fault.Abort is null) field.Error("one of delay, abort is needed");
        if (fault.Delay is { Percent: > 0, Percentage: not null })
            field["delay"]["percent"].Error("'percent' and 'percentage' exclude each other");
        if (fault.Abort is { HasGrpcStatus: true, GrpcStatus: var status } && !IsGrpcStatus(status))
            field["abort"]["grpcStatus"].Error($"there is no status '{status}'; known are {string.Join(", ", GrpcStatuses)}");
    }

    /// <summary>Checks mirrors in both forms, which add up.</summary>
    public static void CheckMirrors(Destination? mirror, Percent? percentage, IReadOnlyList<HTTPMirrorPolicy> mirrors, FieldPath route)
    {
        Destinations.Check(mirror, route["mirror"]);
        if (percentage is not null && mirror is null) route["mirrorPercentage"].Error("it needs a 'mirror'");
        CheckShare(percentage, route["mirrorPercentage"]);
        for (var i = 0; i < mirrors.Count; i++)
        {
            Destinations.Check(mirrors[i].Destination, route["mirrors"][i]["destination"]);
            CheckShare(mirrors[i].Percentage, route["mirrors"][i]["percentage"]);
        }
    }

    private static void CheckShare(Percent? percentage, FieldPath field)
    {
        if (percentage is { Value: 0 } && !field.IsWrong) field.Warning("it is 0: nothing is copied");
    }

    private static bool Longer(Duration? one, Duration? other) =>
        one is not null && other is not null && other.ToTimeSpan() > TimeSpan.Zero && one.ToTimeSpan() > other.ToTimeSpan();

    private static bool IsGrpcStatus(string text) =>
        GrpcStatuses.Contains(text, StringComparer.OrdinalIgnoreCase)
        || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status < GrpcStatuses.Length);

    private static bool IsStatus(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599;
}
