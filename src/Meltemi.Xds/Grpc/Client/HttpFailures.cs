using System.Net;

namespace Meltemi.Xds.Grpc.Client;

/// <summary>What HTTP says when gRPC says nothing, as a status (gRPC's "HTTP2 error codes" and "HTTP to gRPC status").</summary>
internal static class HttpFailures
{
    // RFC 9113, 7
    private const long RefusedStream = 7;
    private const long Cancel = 8;
    private const long EnhanceYourCalm = 11;
    private const long InadequateSecurity = 12;

    public static GrpcException From(Exception exception) => Find<HttpProtocolException>(exception) is { } reset
        ? new(FromReset(reset.ErrorCode), $"the stream was reset: {reset.Message}", exception)
        : new(GrpcStatusCode.Unavailable, Innermost(exception).Message, exception);

    public static GrpcStatusCode From(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };

    private static GrpcStatusCode FromReset(long code) => code switch
    {
        RefusedStream => GrpcStatusCode.Unavailable,
        Cancel => GrpcStatusCode.Cancelled,
        EnhanceYourCalm => GrpcStatusCode.ResourceExhausted,
        InadequateSecurity => GrpcStatusCode.PermissionDenied,
        _ => GrpcStatusCode.Internal,
    };

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found) return found;
        }

        return null;
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception;
    }
}
