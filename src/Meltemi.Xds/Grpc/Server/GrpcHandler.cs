using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meltemi.Xds.Grpc.Server;

/// <summary>One method: HTTP request in, handler, status out.</summary>
internal sealed class GrpcHandler<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method, Func<GrpcServerCall<TRequest, TResponse>, Task> handler, GrpcServerOptions options)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public async Task ServeAsync(HttpContext http)
    {
        if (!GrpcNames.IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        // Streams last as long as they last, in either direction.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        http.Response.ContentType = GrpcNames.ContentType;
        http.Response.Headers[GrpcNames.AcceptEncoding] = GrpcNames.Encodings;

        var trailers = new GrpcMetadata();
        try
        {
            var request = GrpcRequest.Read(http.Request);
            using var deadline = new CancellationTokenSource(request.Timeout ?? Timeout.InfiniteTimeSpan);
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, deadline.Token);
            var call = new GrpcServerCall<TRequest, TResponse>(http, method, options, request, cancel.Token);
            trailers = call.Trailers;
            try
            {
                await handler(call).ConfigureAwait(false);
                await GrpcAnswer.EndAsync(http, GrpcStatusCode.Ok, "", trailers).ConfigureAwait(false);
            }
            catch (Exception) when (deadline.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
            {
                await GrpcAnswer.EndAsync(http, GrpcStatusCode.DeadlineExceeded, $"{method.Path} did not end in time", trailers).ConfigureAwait(false);
            }
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody reads a status.
        }
        catch (GrpcException exception)
        {
            foreach (var (name, value) in exception.Trailers) trailers.AddReceived(name, value);
            await GrpcAnswer.EndAsync(http, exception.StatusCode, exception.Detail, trailers).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            GrpcLog.Failed(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Meltemi.Grpc"), method.Path, exception);
            await GrpcAnswer.EndAsync(http, GrpcStatusCode.Unknown, $"{method.Path} failed; the server's log says why", trailers).ConfigureAwait(false);
        }
    }
}
