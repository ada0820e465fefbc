using System.Collections.Concurrent;
using System.Net;
using Envoy.Service.Ratelimit.V3;
using Grpc.Health.V1;
using Meltemi.Proxy.Outbound;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.RateLimits;

namespace Meltemi.Proxy.Filters.RateLimits.Global;

/// <summary>
/// Asks a rate limit service, over one HTTP/2 connection (more when its streams do not suffice) to each endpoint of its cluster, in turn. Of any thread but a
/// loop's.
/// </summary>
internal sealed class RateLimitClient(Func<IReadOnlyList<Uri>> addresses)
{
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Health =
        new("grpc.health.v1.Health", "Check", HealthCheckRequest.Parser, HealthCheckResponse.Parser);

    private readonly ConcurrentDictionary<Uri, GrpcChannel> _channels = new();
    private uint _next;

    /// <summary>Where the endpoints of a cluster are that may be used now.</summary>
    public static IReadOnlyList<Uri> AddressesOf(Cluster? cluster)
    {
        if (cluster is null) return [];
        var all = cluster.Endpoints.Endpoints.Select(endpoint => (endpoint.Unavailable, Address: ToUri(endpoint.Address))).Where(endpoint => endpoint.Address is not null).ToArray();
        var healthy = all.Where(endpoint => !endpoint.Unavailable).ToArray();
        return [.. (healthy.Length > 0 ? healthy : all).Select(endpoint => endpoint.Address!)];
    }

    /// <summary>Asks; null: there is no answer, for whatever reason.</summary>
    public async Task<RateLimitResponse.Types.Code?> AskAsync(RateLimitRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var places = addresses();
        if (places.Count == 0) return null;
        Tidy(places);
        try
        {
            var channel = ChannelTo(places[(int)(Interlocked.Increment(ref _next) % (uint)places.Count)]);
            var response = await channel.UnaryAsync(RateLimitService.ShouldRateLimit, request, new() { Timeout = timeout }, cancel).ConfigureAwait(false);
            return response.OverallCode is RateLimitResponse.Types.Code.Unknown ? null : response.OverallCode;
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Connects, so that the first request need not wait for that. Whether anybody answers does not matter.</summary>
    public Task WarmUpAsync() => Task.WhenAll(addresses().Select(async address =>
    {
        try
        {
            await ChannelTo(address).UnaryAsync(Health, new HealthCheckRequest(), new() { Timeout = TimeSpan.FromSeconds(5) }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException or ObjectDisposedException)
        {
            // It may not have this method; the connection is there, or will be looked for again.
        }
    }));

    private GrpcChannel ChannelTo(Uri address) => _channels.GetOrAdd(address, static address => new GrpcChannel(address));

    // Endpoints come and go; channels to those that went are closed when they are more than the others.
    private void Tidy(IReadOnlyList<Uri> places)
    {
        if (_channels.Count <= 2 * places.Count) return;
        foreach (var address in _channels.Keys.Except(places))
        {
            if (_channels.TryRemove(address, out var channel)) channel.Dispose();
        }
    }

    private static Uri? ToUri(EndPoint address) => address is IPEndPoint ip ? new Uri($"http://{ip}") : null;
}
