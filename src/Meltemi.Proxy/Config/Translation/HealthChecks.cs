using System.Collections.Immutable;
using System.Text;
using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Meltemi.Codec;
using Meltemi.Xds.Config.V1;
using HttpCheck = Envoy.Config.Core.V3.HealthCheck.Types.HttpHealthCheck;
using Payload = Envoy.Config.Core.V3.HealthCheck.Types.Payload;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>How endpoints are asked whether they are well.</summary>
internal static class HealthChecks
{
    private const string Protocol = "meltemi.config.v1.ProtocolHealthCheck";

    /// <summary>The check; null: there is none, or it has an error.</summary>
    public static HealthCheckConfig? Translate(
        IReadOnlyList<HealthCheck> wires, string cluster, TranslationContext context, string path)
    {
        if (wires.Count == 0) return null;
        if (wires.Count > 1) context.Problems.Error($"{path}[1]", "a cluster has one health check at most");
        var wire = wires[0];
        if (Probe(wire, cluster, context, $"{path}[0]") is not { } probe) return null;
        var config = new HealthCheckConfig
        {
            Probe = probe,
            Timeout = Values.Span(wire.Timeout ?? new()),
            Interval = Values.Span(wire.Interval ?? new()),
            UnhealthyThreshold = Values.Clamp(wire.UnhealthyThreshold ?? 1),
            HealthyThreshold = Values.Clamp(wire.HealthyThreshold ?? 1),
            InitialJitter = Values.SpanOr(wire.InitialJitter, TimeSpan.Zero),
            IntervalJitter = Values.SpanOr(wire.IntervalJitter, TimeSpan.Zero),
            IntervalJitterPercent = Values.Clamp(wire.IntervalJitterPercent),
            NoTrafficHealthyInterval = Span(wire.NoTrafficHealthyInterval),
            UnhealthyInterval = Span(wire.UnhealthyInterval),
            UnhealthyEdgeInterval = Span(wire.UnhealthyEdgeInterval),
            HealthyEdgeInterval = Span(wire.HealthyEdgeInterval),
            ReuseConnection = wire.ReuseConnection ?? true,
            AlwaysLogFailures = wire.AlwaysLogHealthCheckFailures,
        };
        return config with { NoTrafficInterval = Values.SpanOr(wire.NoTrafficInterval, config.NoTrafficInterval) };
    }

    private static TimeSpan? Span(Google.Protobuf.WellKnownTypes.Duration? duration) => duration is null ? null : Values.Span(duration);

    private static ProbeConfig? Probe(HealthCheck wire, string cluster, TranslationContext context, string path)
    {
        switch (wire.HealthCheckerCase)
        {
            case HealthCheck.HealthCheckerOneofCase.TcpHealthCheck:
                var tcp = wire.TcpHealthCheck;
                return new TcpProbeConfig(
                    Hex(tcp.Send, context, $"{path}.tcp_health_check.send"),
                    [.. tcp.Receive.Select((payload, i) => Hex(payload, context, $"{path}.tcp_health_check.receive[{i}]"))]);
            case HealthCheck.HealthCheckerOneofCase.HttpHealthCheck:
                return Http(wire.HttpHealthCheck, cluster, wire.ReuseConnection ?? true, context, $"{path}.http_health_check");
            case HealthCheck.HealthCheckerOneofCase.CustomHealthCheck when TranslationContext.TypeOf(wire.CustomHealthCheck.TypedConfig) == Protocol:
                var typed = $"{path}.custom_health_check.typed_config";
                return OfProtocol(context.Unpack(wire.CustomHealthCheck.TypedConfig, ProtocolHealthCheck.Parser, typed), context, typed);
            case HealthCheck.HealthCheckerOneofCase.CustomHealthCheck:
                context.Problems.Error(
                    $"{path}.custom_health_check", $"'{wire.CustomHealthCheck.Name}' is not known; a typed_config with {Protocol} is");
                return null;
            default:
                return null;
        }
    }

    private static HttpProbeConfig Http(HttpCheck http, string cluster, bool reuse, TranslationContext context, string path)
    {
        if (http.Path.Concat(http.Host).Concat(http.RequestHeadersToAdd.SelectMany(header => header.Header?.Key + header.Header?.Value)).Any(char.IsControl))
            context.Problems.Error(path, "path, host and headers cannot have control characters");
        var method = http.Method == RequestMethod.MethodUnspecified ? "GET" : http.Method.ToString().ToUpperInvariant();
        var request = new StringBuilder($"{method} {http.Path} HTTP/1.1\r\nHost: {(http.Host.Length > 0 ? http.Host : cluster)}\r\nUser-Agent: Meltemi/HC\r\n");
        foreach (var header in http.RequestHeadersToAdd) request.Append($"{header.Header?.Key}: {header.Header?.Value}\r\n");
        if (!reuse) request.Append("Connection: close\r\n");
        var expected = Ranges(http.ExpectedStatuses);
        return new HttpProbeConfig(request.Append("\r\n").ToString(), expected.IsEmpty ? [(200, 201)] : expected, Ranges(http.RetriableStatuses));
    }

    private static ImmutableArray<(long Start, long End)> Ranges(IEnumerable<Int64Range> ranges) => [.. ranges.Select(range => (range.Start, range.End))];

    private static ProtocolProbeConfig? OfProtocol(ProtocolHealthCheck wire, TranslationContext context, string path)
    {
        if (Codecs.Create(wire.Protocol, new(), context, $"{path}.protocol") is not { } codec) return null;
        if (wire.Request is null)
        {
            if (codec.Info.Heartbeats) return new ProtocolProbeConfig(codec, "", wire.ApplicationErrorsFail);
            context.Problems.Error($"{path}.protocol", $"the protocol '{codec.Info.Name}' has no heartbeats: give a 'request'");
            return null;
        }

        var request = Hex(wire.Request, context, $"{path}.request");
        var bytes = Convert.FromHexString(request);
        var frame = default(Frame);
        var decoded = codec.Decode(bytes, Origin.Client, codec.NewConnectionState(Origin.Client), ref frame);
        if (decoded.Status == DecodeStatus.Complete && frame.Kind == MessageKind.Request && frame.Length == bytes.Length)
            return new ProtocolProbeConfig(codec, request, wire.ApplicationErrorsFail);
        context.Problems.Error($"{path}.request", $"it is not one whole request of the protocol '{codec.Info.Name}' that wants an answer");
        return null;
    }

    private static string Hex(Payload? payload, TranslationContext context, string path)
    {
        if (payload is null) return "";
        if (payload.PayloadCase == Payload.PayloadOneofCase.Binary) return Convert.ToHexString(payload.Binary.Span);
        try
        {
            return Convert.ToHexString(Convert.FromHexString(payload.Text));
        }
        catch (FormatException)
        {
            context.Problems.Error($"{path}.text", $"must be pairs of hexadecimal digits, not '{payload.Text}'");
            return "";
        }
    }
}
