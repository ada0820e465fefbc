using Microsoft.Extensions.Logging;

namespace Meltemi.Xds.Grpc.Server;

/// <summary>What the server half of gRPC logs.</summary>
internal static partial class GrpcLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed")]
    public static partial void Failed(ILogger logger, string method, Exception exception);
}
