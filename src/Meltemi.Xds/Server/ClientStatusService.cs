using Envoy.Admin.V3;
using Envoy.Service.Status.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Server;
using Microsoft.AspNetCore.Routing;
using GenericXdsConfig = Envoy.Service.Status.V3.ClientConfig.Types.GenericXdsConfig;

namespace Meltemi.Xds.Server;

/// <summary>
/// Client status discovery (CSDS, <c>envoy.service.status.v3</c>) for the whole mesh: what each client was sent and what it made of it, one
/// <c>ClientConfig</c> for each stream.
/// </summary>
internal sealed class ClientStatusService(XdsClients clients)
{
    private const string Service = "envoy.service.status.v3.ClientStatusDiscoveryService";
    private const int MaxBytes = 64 * 1024 * 1024;
    private const int MaxAtATime = 2;

    private readonly SemaphoreSlim _turns = new(MaxAtATime);

    public void Map(IEndpointRouteBuilder endpoints, GrpcServerOptions limits)
    {
        endpoints.MapGrpcUnary(Method("FetchClientStatus"), (request, call) => AnswerAsync(request, call.Cancel), limits);
        endpoints.MapGrpc(Method("StreamClientStatus"), async call =>
        {
            while (await call.ReadAsync().ConfigureAwait(false) is { } request)
                await call.WriteAsync(await AnswerAsync(request, call.Cancel).ConfigureAwait(false)).ConfigureAwait(false);
        }, limits);
    }

    private static GrpcMethod<ClientStatusRequest, ClientStatusResponse> Method(string name) =>
        new(Service, name, ClientStatusRequest.Parser, ClientStatusResponse.Parser);

    private async Task<ClientStatusResponse> AnswerAsync(ClientStatusRequest request, CancellationToken cancel)
    {
        await _turns.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return Answer(request);
        }
        finally
        {
            _turns.Release();
        }
    }

    private ClientStatusResponse Answer(ClientStatusRequest request)
    {
        var (response, size) = (new ClientStatusResponse(), 0L);
        foreach (var client in clients.All)
        {
            if (request.NodeMatchers.Count > 0 && !request.NodeMatchers.Any(matcher => NodeMatching.Matches(matcher, client.Node))) continue;
            var config = Describe(client, !request.ExcludeResourceContents);
            size += config.CalculateSize();
            if (size > MaxBytes)
            {
                throw new GrpcException(
                    GrpcStatusCode.ResourceExhausted, $"the status of the whole mesh has more than {MaxBytes} bytes; use node_matchers or exclude_resource_contents");
            }

            response.Config.Add(config);
        }

        return response;
    }

    private static ClientConfig Describe(XdsClient client, bool contents)
    {
        var kind = client.IsDelta ? "delta" : "state of the world";
        var config = new ClientConfig { Node = client.Node, ClientScope = $"{client.OnlyType ?? "ADS"}, {kind}, {client.Peer}" };
        var current = client.Current;
        foreach (var type in client.Types.Values.OrderBy(type => type.Type, StringComparer.Ordinal))
            config.GenericXdsConfigs.Add(Describe(type, current, contents));
        return config;
    }

    private static IEnumerable<GenericXdsConfig> Describe(XdsTypeState type, IXdsSnapshot current, bool contents)
    {
        var wanted = type.Wildcard ? current.All(type.Type).Select(resource => resource.Name) : [];
        var names = type.Held.Keys.Concat(type.Refused.Keys).Concat(type.InFlight.SelectMany(response => response.Versions.Keys)).Concat(wanted);
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) yield return Describe(type, name, current, contents);
        foreach (var name in type.Missing.Except(type.Held.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            yield return new()
            {
                TypeUrl = type.Type,
                Name = name,
                ConfigStatus = ConfigStatus.NotSent,
                ClientStatus = ClientResourceStatus.DoesNotExist,
            };
        }
    }

    private static GenericXdsConfig Describe(XdsTypeState type, string name, IXdsSnapshot current, bool contents)
    {
        var resource = current.Find(type.Type, name);
        var held = type.Held.GetValueOrDefault(name);
        var config = new GenericXdsConfig
        {
            TypeUrl = type.Type,
            Name = name,
            VersionInfo = held ?? "",
            ConfigStatus = held is not null && held == resource?.Version ? ConfigStatus.Synced
                : held is not null || type.InFlight.Any(response => response.Versions.ContainsKey(name)) ? ConfigStatus.Stale
                : ConfigStatus.NotSent,
            ClientStatus = held is not null ? ClientResourceStatus.Acked : ClientResourceStatus.Requested,
        };
        if (type.AnsweredAt is { } at) config.LastUpdated = Timestamp.FromDateTimeOffset(at);
        if (contents && resource is not null && resource.Version == held) config.XdsConfig = resource.ToAny();
        if (!type.Refused.TryGetValue(name, out var refusal)) return config;

        config.ConfigStatus = ConfigStatus.Error;
        config.ClientStatus = ClientResourceStatus.Nacked;
        config.ErrorState = new()
        {
            Details = refusal.Reason,
            VersionInfo = refusal.Version,
            LastUpdateAttempt = Timestamp.FromDateTimeOffset(refusal.At),
        };
        if (contents && resource?.Version == refusal.Version) config.ErrorState.FailedConfiguration = resource.ToAny();
        return config;
    }
}
