namespace Meltemi.Xds.Grpc;

/// <summary>What is said in headers and trailers.</summary>
internal static class GrpcNames
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string Encodings = "identity,gzip";

    /// <summary>Whether a content type is that of gRPC with protobuf messages: <c>application/grpc</c>, with <c>+proto</c> or parameters.</summary>
    public static bool IsGrpc(ReadOnlySpan<char> contentType) =>
        contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && contentType[ContentType.Length..] is [] or [';', ..] or ['+', 'p', 'r', 'o', 't', 'o', ..];
}
