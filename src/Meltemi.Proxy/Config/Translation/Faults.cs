using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.V3;
using Google.Protobuf.Collections;
using Meltemi.Codec;
using Meltemi.Proxy.Filters.Faults;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Faults of a route or a listener.</summary>
internal static class Faults
{
    /// <summary>Full name of the message.</summary>
    public const string Type = "envoy.extensions.filters.http.fault.v3.HTTPFault";

    /// <summary>Envoy's name of the filter, and ours.</summary>
    public static readonly string[] Names = ["envoy.filters.http.fault", "meltemi.filters.fault"];

    private const string NodeAttribute = "x-envoy-downstream-service-node";

    /// <summary>Translates; null: no request ever has a fault.</summary>
    /// <param name="codec">For checking names of attributes; null: not known, or done elsewhere.</param>
    public static FaultConfig? Translate(HTTPFault fault, TranslationContext context, string path, CodecInfo? codec = null)
    {
        var match = AttributeMatches.Translate(fault.Headers, context, $"{path}.headers");
        if (codec is not null)
        {
            for (var i = 0; i < match.Length; i++) AttributeNames.Check(codec, match[i].Attribute, context, $"{path}.headers[{i}].name");
        }

        if (fault.DownstreamNodes.Count > 0) match = match.Add(Nodes(fault.DownstreamNodes));
        if (fault.Delay is null && fault.Abort is null && fault.ResponseRateLimit is null) return null;
        return new FaultConfig
        {
            Delay = fault.Delay is null ? null : Translate(fault.Delay),
            Abort = fault.Abort is null ? null : Translate(fault.Abort),
            ResponseRate = fault.ResponseRateLimit is null ? null : Translate(fault.ResponseRateLimit),
            Match = match,
            Cluster = fault.UpstreamCluster.Length > 0 ? fault.UpstreamCluster : null,
            MaxActive = fault.MaxActiveFaults is { } most ? Values.Clamp(most) : null,
        };
    }

    private static FaultDelayConfig Translate(FaultDelay delay) => delay.FaultDelaySecifierCase switch
    {
        FaultDelay.FaultDelaySecifierOneofCase.ExponentialDelay =>
            new(FaultDelayKind.Exponential, Values.Span(delay.ExponentialDelay), Fractions.Translate(delay.Percentage) ?? Fraction.None),
        FaultDelay.FaultDelaySecifierOneofCase.HeaderDelay =>
            new(FaultDelayKind.Asked, TimeSpan.Zero, Fractions.Translate(delay.Percentage) ?? Fraction.None),
        _ => new(FaultDelayKind.Fixed, Values.Span(delay.FixedDelay ?? new()), Fractions.Translate(delay.Percentage) ?? Fraction.None),
    };

    private static FaultAbortConfig Translate(FaultAbort abort)
    {
        ReplyReason? error = abort.ErrorTypeCase switch
        {
            FaultAbort.ErrorTypeOneofCase.HttpStatus => FaultErrors.OfHttp(abort.HttpStatus),
            FaultAbort.ErrorTypeOneofCase.GrpcStatus => FaultErrors.OfGrpc(abort.GrpcStatus),
            _ => null,
        };
        return new(error, Fractions.Translate(abort.Percentage) ?? Fraction.None);
    }

    private static FaultRateConfig Translate(FaultRateLimit rate)
    {
        long? fixedRate = rate.FixedLimit is { } limit ? 1024L * Values.Clamp(limit.LimitKbps) : null;
        return new(fixedRate, Fractions.Translate(rate.Percentage) ?? Fraction.None);
    }

    private static AttributeMatch Nodes(RepeatedField<string> nodes) =>
        new(NodeAttribute, nodes.Count == 1 ? new ExactMatch(nodes[0]) : new RegexMatch(string.Join('|', nodes.Select(Regex.Escape))));
}

/// <summary>Shares of requests.</summary>
internal static class Fractions
{
    /// <summary>Null: nothing is said.</summary>
    public static Fraction? Translate(FractionalPercent? percent) => percent is null ? null : new(percent.Numerator, percent.Denominator switch
    {
        FractionalPercent.Types.DenominatorType.TenThousand => 10_000,
        FractionalPercent.Types.DenominatorType.Million => 1_000_000,
        _ => 100,
    });
}
