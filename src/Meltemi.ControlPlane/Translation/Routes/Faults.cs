using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Istio's faults as the configuration of the fault filter.</summary>
internal static class Faults
{
    /// <summary>Name of the filter: the key of a <c>typed_per_filter_config</c>.</summary>
    public const string Filter = "envoy.filters.http.fault";

    private static readonly string[] GrpcCodes =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ];

    /// <summary>The configuration; null: no fault.</summary>
    /// <param name="exponential">Whether the client knows our own field for exponential delays.</param>
    public static Any? Translate(HTTPFaultInjection? fault, FieldPath path, bool exponential = true)
    {
        if (fault is null) return null;
        var delay = fault.Delay is null ? null : Translate(fault.Delay, path["delay"], exponential);
        var abort = fault.Abort is null ? null : Translate(fault.Abort, path["abort"]);
        return delay is null && abort is null ? null : Any.Pack(new HTTPFault { Delay = delay, Abort = abort });
    }

    private static FaultDelay? Translate(HTTPFaultInjection.Types.Delay delay, FieldPath path, bool exponential)
    {
        if (delay.ExponentialDelay is not null && !exponential)
        {
            path["exponentialDelay"].Warning("no effect: clients of gRPC only know fixed delays");
            return null;
        }

        var percent = delay.Percentage?.Value ?? delay.Percent;
        if (percent <= 0) path.Warning("no request is delayed: give a percentage above 0");
        var translated = new FaultDelay { Percentage = Percents.Of(percent) };
        if (delay.ExponentialDelay is null) translated.FixedDelay = delay.FixedDelay;
        else translated.ExponentialDelay = delay.ExponentialDelay;
        return translated;
    }

    private static FaultAbort? Translate(HTTPFaultInjection.Types.Abort abort, FieldPath path)
    {
        var translated = new FaultAbort { Percentage = Percents.Of(abort.Percentage?.Value ?? 0) };
        if (translated.Percentage.Numerator == 0) path.Warning("no request is aborted: give a percentage above 0");
        switch (abort.ErrorTypeCase)
        {
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.HttpStatus:
                translated.HttpStatus = (uint)abort.HttpStatus;
                return translated;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.GrpcStatus:
                if (CodeOf(abort.GrpcStatus) is { } code)
                {
                    translated.GrpcStatus = code;
                    return translated;
                }

                path["grpcStatus"].NotAccepted($"'{abort.GrpcStatus}' is no status of gRPC; they are {string.Join(", ", GrpcCodes)}");
                return null;
            default:
                return null;
        }
    }

    private static uint? CodeOf(string status)
    {
        var index = Array.IndexOf(GrpcCodes, status.ToUpperInvariant());
        if (index >= 0) return (uint)index;
        return uint.TryParse(status, out var code) && code < GrpcCodes.Length ? code : null;
    }
}
