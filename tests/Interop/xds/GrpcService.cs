using System.Net;

namespace Meltemi.Interop.Tests.Xds;

/// <summary>A service that gRPC clients are to find, in terms that any control plane could be told.</summary>
/// <param name="Host">Such as <c>shop.default</c>.</param>
/// <param name="Port">The port of targets; nobody listens there.</param>
internal sealed record GrpcService(string Host, int Port)
{
    /// <summary>Where each subset is served.</summary>
    public required Dictionary<string, IPEndPoint[]> Subsets { get; init; }

    /// <summary>First match wins.</summary>
    public required GrpcRule[] Rules { get; init; }

    /// <summary>Whether endpoints that fail are left out.</summary>
    public bool Outliers { get; init; }

    public string Target => $"{Host}:{Port}";
}

/// <summary>A rule: calls with this header go to these subsets by weight.</summary>
internal sealed record GrpcRule(string? User, params (string Subset, uint Weight)[] To);

/// <summary>A control plane that serves such services.</summary>
internal interface IGrpcMesh : IAsyncDisposable
{
    /// <summary>Where its xDS is, on 127.0.0.1.</summary>
    int Port { get; }

    /// <summary>What clients refuse, in their words.</summary>
    IReadOnlyCollection<string> Refusals { get; }

    /// <summary>A client is connected and has accepted everything.</summary>
    bool InSync { get; }

    /// <summary>Adds or replaces a service.</summary>
    Task SetAsync(GrpcService service);

    /// <summary>Takes a service away.</summary>
    Task RemoveAsync(GrpcService service);
}
