using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meltemi.Xds.Grpc.Server;

/// <summary>Puts methods on a Kestrel application.</summary>
public static class GrpcEndpoints
{
    /// <summary>Serves a method of any kind. The handler's end is the call's end; it answers OK, or what a <see cref="GrpcException"/> says.</summary>
    public static IEndpointConventionBuilder MapGrpc<TRequest, TResponse>(
        this IEndpointRouteBuilder app, GrpcMethod<TRequest, TResponse> method, Func<GrpcServerCall<TRequest, TResponse>, Task> handler,
        GrpcServerOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var server = new GrpcHandler<TRequest, TResponse>(method, handler, options ?? new());
        return app.MapPost(method.Path, (RequestDelegate)server.ServeAsync);
    }

    /// <summary>Serves a method with one message there and one back.</summary>
    public static IEndpointConventionBuilder MapGrpcUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder app, GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcServerCall<TRequest, TResponse>, Task<TResponse>> handler, GrpcServerOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        app.MapGrpc(method, async call =>
        {
            var request = await call.ReadAsync().ConfigureAwait(false)
                ?? throw new GrpcException(GrpcStatusCode.Internal, $"{method.Path} was called without a message");
            if (await call.ReadAsync().ConfigureAwait(false) is not null)
                throw new GrpcException(GrpcStatusCode.Internal, $"{method.Path} was called with more than one message");
            await call.WriteAsync(await handler(request, call).ConfigureAwait(false)).ConfigureAwait(false);
        }, options);

    /// <summary>Answers calls of everything else as not implemented.</summary>
    public static IEndpointConventionBuilder MapGrpcUnimplemented(this IEndpointRouteBuilder app) =>
        app.MapFallback("{**path}", (RequestDelegate)(http =>
        {
            if (!GrpcNames.IsGrpc(http.Request.ContentType))
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            return GrpcAnswer.EndAsync(http, GrpcStatusCode.Unimplemented, $"there is no {http.Request.Path}", []);
        }));
}
