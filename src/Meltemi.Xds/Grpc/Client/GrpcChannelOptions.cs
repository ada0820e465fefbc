using System.Net.Security;

namespace Meltemi.Xds.Grpc.Client;

/// <summary>How a channel talks.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>Largest message that is taken, packed or not; the default is gRPC's 4 MiB.</summary>
    public int MaxReceiveBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Largest message that is sent.</summary>
    public int MaxSendBytes { get; init; } = int.MaxValue;

    /// <summary>Whether messages that are sent are packed with gzip.</summary>
    public bool Gzip { get; init; }

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A connection with calls that was silent for so long is pinged; infinite: never. Servers other than ours may close connections that ping more
    /// often than every five minutes.
    /// </summary>
    public TimeSpan KeepAliveDelay { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>A connection that does not answer a ping for so long is closed; its calls end as unavailable.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>For <c>https</c>: certificates and their checks; null: those of the system.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }
}
