using Envoy.Service.Ratelimit.V3;
using Meltemi.Xds.Grpc;

namespace Meltemi.Xds.RateLimits;

/// <summary>Envoy's rate limit service: who counts requests for many proxies together.</summary>
public static class RateLimitService
{
    /// <summary>Counts a request and says whether it may pass.</summary>
    public static GrpcMethod<RateLimitRequest, RateLimitResponse> ShouldRateLimit { get; } =
        new("envoy.service.ratelimit.v3.RateLimitService", "ShouldRateLimit", RateLimitRequest.Parser, RateLimitResponse.Parser);
}
