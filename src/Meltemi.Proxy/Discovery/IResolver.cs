using System.Net;

namespace Meltemi.Proxy.Discovery;

/// <summary>Turns a host name into addresses.</summary>
public interface IResolver
{
    /// <summary>All addresses, in the order of the answer; may be empty. Throws if there is no answer.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation);
}

/// <summary>The resolver of the operating system (<c>getaddrinfo</c>), on a thread of the pool.</summary>
public sealed class SystemResolver : IResolver
{
    /// <inheritdoc/>
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => Dns.GetHostAddressesAsync(host, cancellation);
}
