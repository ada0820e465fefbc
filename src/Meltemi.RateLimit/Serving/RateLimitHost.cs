using System.Net;
using Grpc.Health.V1;
using Meltemi.RateLimit.Counting;
using Meltemi.RateLimit.Figures;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Server;
using Meltemi.Xds.RateLimits;
using Microsoft.Extensions.Logging;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Meltemi.RateLimit.Serving;

/// <summary>The running service: gRPC for proxies, HTTP for operators.</summary>
public sealed class RateLimitHost : IAsyncDisposable
{
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Health =
        new("grpc.health.v1.Health", "Check", HealthCheckRequest.Parser, HealthCheckResponse.Parser);

    private readonly GrpcHost _grpc;
    private readonly AdminHost? _admin;

    private RateLimitHost(GrpcHost grpc, AdminHost? admin) => (_grpc, _admin) = (grpc, admin);

    /// <summary>Where proxies connect.</summary>
    public IPEndPoint EndPoint => _grpc.EndPoint;

    /// <summary>Where figures and health are; null: nowhere.</summary>
    public IPEndPoint? AdminEndPoint => _admin?.EndPoint;

    /// <summary>Listens and serves.</summary>
    /// <param name="endPoint">Of gRPC; port 0 for a free one.</param>
    /// <param name="admin">Of HTTP; null: nowhere.</param>
    /// <param name="healthyWithoutStore">Whether the service is healthy while its store is not.</param>
    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<RateLimitHost> StartAsync(
        IPEndPoint endPoint, IPEndPoint? admin, RateLimiter limiter, ICounterStore store, ServerFigures figures, bool healthyWithoutStore,
        ILoggerFactory? logs = null)
    {
        var grpc = await GrpcHost.StartAsync(endPoint, app =>
        {
            app.MapGrpcUnary(RateLimitService.ShouldRateLimit, (request, call) => limiter.DecideAsync(request, call.Cancel));
            app.MapGrpcUnary(Health, (_, _) => Task.FromResult(new HealthCheckResponse
            {
                Status = Problem() is null ? ServingStatus.Serving : ServingStatus.NotServing,
            }));
        }, logs: logs).ConfigureAwait(false);
        try
        {
            return new(grpc, admin is null ? null : await AdminHost.StartAsync(admin, figures, Problem).ConfigureAwait(false));
        }
        catch
        {
            await grpc.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        string? Problem() => healthyWithoutStore ? null : store.Problem;
    }

    /// <summary>Ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_admin is not null) await _admin.DisposeAsync().ConfigureAwait(false);
        await _grpc.DisposeAsync().ConfigureAwait(false);
    }
}
