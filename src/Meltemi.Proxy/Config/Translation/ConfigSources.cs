using System.Collections.Immutable;
using Envoy.Config.Core.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Where resources come from. Null means that an error was reported.</summary>
public static class ConfigSources
{
    internal static SourceConfig? Translate(ConfigSource? source, TranslationContext context, string path)
    {
        if (source is null) return Refuse(context, path, "a config source is needed, such as ads: {}");
        if (source.ResourceApiVersion == ApiVersion.V2) return Refuse(context, $"{path}.resource_api_version", "only V3 is supported");
        var kind = KindOf(source, context, path);
        var own = kind == SourceKind.Own ? Translate(source.ApiConfigSource, context, $"{path}.api_config_source") : null;
        if (kind is null || (kind == SourceKind.Own && own is null)) return null;
        var config = new SourceConfig { Kind = kind.Value, ControlPlane = own };
        if (source.InitialFetchTimeout is { } timeout) config = config with { InitialFetchTimeout = Values.Span(timeout) };
        context.SourceReferences.Add(new(path, config));
        return config;
    }

    /// <summary>A control plane; null if an error was reported.</summary>
    internal static ControlPlaneConfig? Translate(ApiConfigSource source, TranslationContext context, string path)
    {
        bool delta;
        switch (source.ApiType)
        {
            case ApiConfigSource.Types.ApiType.Grpc or ApiConfigSource.Types.ApiType.AggregatedGrpc:
                delta = false;
                break;
            case ApiConfigSource.Types.ApiType.DeltaGrpc or ApiConfigSource.Types.ApiType.AggregatedDeltaGrpc:
                delta = true;
                break;
            default:
                context.Problems.Error($"{path}.api_type", "must be GRPC or DELTA_GRPC");
                return null;
        }

        if (source.TransportApiVersion == ApiVersion.V2)
            context.Problems.Error($"{path}.transport_api_version", "only V3 is supported");
        if (source.GrpcServices.Count == 0) context.Problems.Error($"{path}.grpc_services", "at least one server is needed");
        var servers = ImmutableArray.CreateBuilder<XdsServerConfig>();
        for (var i = 0; i < source.GrpcServices.Count; i++)
        {
            if (Translate(source.GrpcServices[i], context, $"{path}.grpc_services[{i}]") is { } server) servers.Add(server);
        }

        return servers.Count == 0 ? null : new ControlPlaneConfig { Servers = servers.ToImmutable(), Delta = delta };
    }

    private static SourceKind? KindOf(ConfigSource source, TranslationContext context, string path)
    {
        switch (source.ConfigSourceSpecifierCase)
        {
            case ConfigSource.ConfigSourceSpecifierOneofCase.Ads:
                return SourceKind.Ads;
            case ConfigSource.ConfigSourceSpecifierOneofCase.Self when context.IsDynamic:
                return SourceKind.Self;
            case ConfigSource.ConfigSourceSpecifierOneofCase.Self:
                context.Problems.Error($"{path}.self", "a file has no server of its own; use ads or api_config_source");
                return null;
            case ConfigSource.ConfigSourceSpecifierOneofCase.ApiConfigSource:
                return SourceKind.Own;
            case ConfigSource.ConfigSourceSpecifierOneofCase.None:
                context.Problems.Error(path, "one of ads, self, api_config_source is needed");
                return null;
            default:
                context.Problems.Error(path, "resources from files are not supported; use ads or api_config_source");
                return null;
        }
    }

    private static XdsServerConfig? Translate(GrpcService service, TranslationContext context, string path)
    {
        switch (service.TargetSpecifierCase)
        {
            case GrpcService.TargetSpecifierOneofCase.EnvoyGrpc:
                context.ServerReferences.Add(new($"{path}.envoy_grpc.cluster_name", service.EnvoyGrpc.ClusterName, true));
                return new(service.EnvoyGrpc.ClusterName, null);
            case GrpcService.TargetSpecifierOneofCase.GoogleGrpc:
                if (service.GoogleGrpc.ChannelCredentials is { LocalCredentials: null } credentials && credentials.CalculateSize() > 0)
                    context.Problems.Error($"{path}.google_grpc.channel_credentials", "TLS is not supported yet: connections are plaintext");
                return Target(service.GoogleGrpc.TargetUri) is { } target
                    ? new(null, target)
                    : Refuse<XdsServerConfig>(context, $"{path}.google_grpc.target_uri", $"expected HOST:PORT, found \"{service.GoogleGrpc.TargetUri}\"");
            default:
                return Refuse<XdsServerConfig>(context, path, "one of envoy_grpc, google_grpc is needed");
        }
    }

    /// <summary>Host and port of gRPC's naming syntax: <c>host:port</c>, <c>dns:///host:port</c>, <c>ipv4:1.2.3.4:port</c>; null: something else.</summary>
    public static string? Target(string uri)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["dns:///", "dns:", "ipv4:", "ipv6:"])
        {
            if (!uri.StartsWith(scheme, StringComparison.Ordinal)) continue;
            uri = uri[scheme.Length..];
            break;
        }

        return Uri.TryCreate($"http://{uri}", UriKind.Absolute, out var address) && address.PathAndQuery == "/" && address.UserInfo.Length == 0
            && uri.EndsWith($":{address.Port}", StringComparison.Ordinal)
            ? uri
            : null;
    }

    private static SourceConfig? Refuse(TranslationContext context, string path, string message) => Refuse<SourceConfig>(context, path, message);

    private static T? Refuse<T>(TranslationContext context, string path, string message)
        where T : class
    {
        context.Problems.Error(path, message);
        return null;
    }
}
