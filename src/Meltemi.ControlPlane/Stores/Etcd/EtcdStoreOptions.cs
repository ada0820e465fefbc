namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>How resources are kept in etcd.</summary>
public sealed record EtcdStoreOptions
{
    /// <summary>Addresses of the servers, such as <c>http://127.0.0.1:2379</c>; one is used at a time, the next one when that fails.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>What all keys begin with. Default <c>/meltemi</c>.</summary>
    public string Prefix { get; init; } = "/meltemi";

    /// <summary>User; null: without authentication.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>File with the certificates (PEM) that servers are trusted by; null: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>File with our own certificate (PEM); null: none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>File with its private key (PEM).</summary>
    public string? KeyFile { get; init; }

    /// <summary>Limits of resources.</summary>
    public StoreLimits Limits { get; init; } = new();

    /// <summary>How long connecting may take. Default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer may take. Default 5 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the server is asked whether it is there and whether it is ahead of the watch. Default 5 s.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what a controller says of itself outlives it when it dies without a word; whole seconds. Default 6 s.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Pause after the first failure; doubled with each further one, jittered. Default 100 ms.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause. Default 10 s.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(10);
}
