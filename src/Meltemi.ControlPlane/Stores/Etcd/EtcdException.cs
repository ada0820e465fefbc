namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>etcd did not do what it was asked for.</summary>
/// <param name="code">gRPC's status code.</param>
/// <param name="message">etcd's own words.</param>
internal sealed class EtcdException(int code, string message) : Exception(message)
{
    public const int InvalidArgument = 3;
    public const int NotFound = 5;
    public const int ResourceExhausted = 8;
    public const int OutOfRange = 11;
    public const int Unavailable = 14;
    public const int Unauthenticated = 16;

    /// <summary>gRPC's status code.</summary>
    public int Code { get; } = code;

    /// <summary>The token is not known (any more): etcd was restarted, or it was not used for long.</summary>
    public bool IsBadToken => Code == Unauthenticated;

    /// <summary>There is no such lease (any more).</summary>
    public bool IsNotFound => Code == NotFound;

    /// <summary>The revision was compacted away.</summary>
    public bool IsCompacted => Code == OutOfRange;

    /// <summary>The request is larger than the server takes.</summary>
    public bool IsTooLarge => Code == InvalidArgument && Message.Contains("too large", StringComparison.Ordinal);

    /// <summary>The database has reached its quota.</summary>
    public bool IsFull => Code == ResourceExhausted && Message.Contains("space exceeded", StringComparison.Ordinal);
}
