using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Meltemi.Xds.Grpc.Client;

/// <summary>What a response says in its headers and trailers.</summary>
internal static class GrpcResponse
{
    /// <summary>How packed messages are packed; null: there are none.</summary>
    public static string? Encoding(HttpResponseMessage response) => Value(response.Headers.NonValidated, GrpcNames.Encoding);

    /// <summary>All that is not the protocol's own.</summary>
    public static GrpcMetadata Metadata(HttpHeadersNonValidated headers)
    {
        var metadata = new GrpcMetadata();
        foreach (var header in headers)
        {
            foreach (var value in header.Value) metadata.AddReceived(header.Key, value);
        }

        return metadata;
    }

    /// <exception cref="GrpcException">It is no response of gRPC, or not one that can be read.</exception>
    public static void Check(HttpResponseMessage response, string path)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            throw new GrpcException(HttpFailures.From(response.StatusCode), $"{path} was answered with HTTP status {(int)response.StatusCode}");
        var contentType = Value(response.Content.Headers.NonValidated, "content-type");
        if (!GrpcNames.IsGrpc(contentType))
            throw new GrpcException(GrpcStatusCode.Unknown, $"{path} was answered with content of type '{contentType}', not {GrpcNames.ContentType}");
        if (Encoding(response) is { } encoding and not (GrpcNames.Identity or GrpcNames.Gzip))
            throw new GrpcException(GrpcStatusCode.Internal, $"{path} was answered in the encoding '{encoding}', which was not offered");
    }

    /// <summary>After the last message: what came with the status, which is in the trailers or, where there was no message, in the headers.</summary>
    /// <exception cref="GrpcException">The status is not OK.</exception>
    public static GrpcMetadata End(HttpResponseMessage response, string path)
    {
        var status = Value(response.TrailingHeaders.NonValidated, GrpcNames.Status);
        var source = status is null ? response.Headers.NonValidated : response.TrailingHeaders.NonValidated;
        status ??= Value(source, GrpcNames.Status) ?? throw new GrpcException(GrpcStatusCode.Unknown, $"{path} ended without a status");
        var trailers = Metadata(source);
        var code = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Enum.IsDefined((GrpcStatusCode)number)
            ? (GrpcStatusCode)number
            : GrpcStatusCode.Unknown;
        return code == GrpcStatusCode.Ok
            ? trailers
            : throw new GrpcException(code, StatusText.Decode(Value(source, GrpcNames.Message) ?? "")) { Trailers = trailers };
    }

    private static string? Value(HttpHeadersNonValidated headers, string name) => headers.TryGetValues(name, out var values) ? values.ToString() : null;
}
