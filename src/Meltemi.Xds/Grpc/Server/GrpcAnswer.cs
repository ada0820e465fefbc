using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Meltemi.Xds.Grpc.Server;

/// <summary>The end of a call.</summary>
internal static class GrpcAnswer
{
    /// <summary>Writes the status: in trailers, or in the headers if nothing was sent before.</summary>
    public static async Task EndAsync(HttpContext http, GrpcStatusCode status, string message, GrpcMetadata trailers)
    {
        var headersOnly = !http.Response.HasStarted && status != GrpcStatusCode.Ok;
        if (!http.Response.HasStarted)
        {
            http.Response.ContentType = GrpcNames.ContentType;
            if (headersOnly) http.Response.Headers.Remove(GrpcNames.Encoding);
            else await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        }

        Add(GrpcNames.Status, ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message.Length > 0) Add(GrpcNames.Message, StatusText.Encode(message));
        foreach (var (name, value) in trailers) Add(name, value);
        await http.Response.CompleteAsync().ConfigureAwait(false);

        void Add(string name, string value)
        {
            if (headersOnly) http.Response.Headers.Append(name, value);
            else http.Response.AppendTrailer(name, value);
        }
    }
}
