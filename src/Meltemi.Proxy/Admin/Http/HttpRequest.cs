using System.Net;

namespace Meltemi.Proxy.Admin.Http;

/// <summary>A request.</summary>
public sealed class HttpRequest
{
    /// <summary>Method, in upper case as it came.</summary>
    public required string Method { get; init; }

    /// <summary>Path, percent-decoded, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>Query parameters, decoded; of a name that stands twice the last counts. Without <c>=</c> the value is empty.</summary>
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>Headers, names in any case; values of a name that stands twice are joined by commas.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>HTTP/1.0 or 1.1.</summary>
    public required Version Version { get; init; }

    /// <summary>Whether the client wants to ask more on this connection.</summary>
    public required bool KeepAlive { get; init; }

    /// <summary>Length of the body that follows.</summary>
    public required int ContentLength { get; init; }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>Our address of the connection; null if it has none.</summary>
    public EndPoint? LocalAddress { get; set; }

    /// <summary>A query parameter; null if it is not there.</summary>
    public string? Parameter(string name) => Query.GetValueOrDefault(name);
}
