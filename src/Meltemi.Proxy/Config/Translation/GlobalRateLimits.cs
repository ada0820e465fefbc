using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.Filters.Ratelimit.V1Alpha;
using Envoy.Config.Core.V3;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Global rate limits.</summary>
internal static class GlobalRateLimits
{
    /// <summary>Full name of the message.</summary>
    public const string Type = "aeraki.meta_protocol_proxy.filters.ratelimit.v1alpha.RateLimit";

    /// <param name="codec">For checking names of attributes; null: not known.</param>
    /// <returns>Null: an error was reported.</returns>
    public static GlobalRateLimitConfig? Translate(RateLimit limit, CodecInfo? codec, TranslationContext context, string path)
    {
        if (Server(limit, context, $"{path}.rate_limit_service.grpc_service") is not { } server) return null;
        var standard = new GlobalRateLimitConfig { Domain = limit.Domain, Server = server, Descriptors = [] };
        var translated = standard with
        {
            Match = AttributeMatches.Translate(limit.Match?.Metadata ?? [], context, $"{path}.match.metadata"),
            Timeout = limit.Timeout is { } timeout ? Values.Span(timeout) : standard.Timeout,
            FailureModeDeny = limit.FailureModeDeny,
            Descriptors =
            [
                .. limit.Descriptors.Select(part => ImmutableArray.Create(new DescriptorEntryConfig(part.DescriptorKey, part.Property))),
                .. limit.CombinedDescriptors.Select(combined => combined.Entries.Select(Entry).ToImmutableArray()),
            ],
            HitsAddend = limit.HitsAddend ?? 1,
        };
        if (translated.Descriptors.IsEmpty) context.Problems.Error($"{path}.descriptors", "one of descriptors, combined_descriptors is needed");
        if (codec is null) return translated;
        foreach (var attribute in translated.WantedKeys.Distinct()) AttributeNames.Check(codec, attribute, context, path);
        return translated;
    }

    private static DescriptorEntryConfig Entry(RateLimitDescriptorEntry entry) => entry.HasProperty
        ? new(entry.DescriptorKey, entry.Property)
        : new(entry.DescriptorKey, null, entry.Value);

    private static RateLimitServerConfig? Server(RateLimit limit, TranslationContext context, string path)
    {
        var service = limit.RateLimitService?.GrpcService;
        switch (service?.TargetSpecifierCase)
        {
            case GrpcService.TargetSpecifierOneofCase.EnvoyGrpc:
                var without = limit.FailureModeDeny ? "requests are refused with RLSE" : "requests are not limited";
                context.ClusterReferences.Add(new($"{path}.envoy_grpc.cluster_name", service.EnvoyGrpc.ClusterName, false) { Consequence = without });
                return new(service.EnvoyGrpc.ClusterName, null);
            case GrpcService.TargetSpecifierOneofCase.GoogleGrpc:
                var (target, targetPath) = (service.GoogleGrpc.TargetUri, $"{path}.google_grpc.target_uri");
                if (service.GoogleGrpc.ChannelCredentials is { SslCredentials: not null } or { GoogleDefault: not null })
                    context.Problems.Error($"{path}.google_grpc.channel_credentials", "connections are plaintext: TLS is not supported yet");
                if (Uri.TryCreate($"http://{(target.StartsWith("dns:///", StringComparison.Ordinal) ? target[7..] : target)}", UriKind.Absolute, out var address))
                    return new(null, address);
                context.Problems.Error(targetPath, $"expected an address such as limits:8081, found '{target}'");
                return null;
            default:
                return null; // missing: the reader has said so
        }
    }
}
