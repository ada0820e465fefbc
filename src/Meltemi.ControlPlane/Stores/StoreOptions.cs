using Meltemi.ControlPlane.Stores.Etcd;
using Meltemi.ControlPlane.Stores.Files;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores;

/// <summary>Which store, as one text: <c>files:./mesh</c>, <c>etcd:http://127.0.0.1:2379/meltemi</c>, <c>memory:</c>.</summary>
public sealed record StoreOptions
{
    private const string Forms = "write files:DIRECTORY, etcd:URL[,URL...][/PREFIX] or memory:";

    /// <summary>The text; a plain path means files.</summary>
    public required string Location { get; init; }

    /// <summary>etcd: user; null: without authentication.</summary>
    public string? User { get; init; }

    /// <summary>etcd: the user's password.</summary>
    public string? Password { get; init; }

    /// <summary>etcd: file with the certificates (PEM) that servers are trusted by; null: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>etcd: file with our own certificate (PEM); null: none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>etcd: file with its private key (PEM).</summary>
    public string? KeyFile { get; init; }

    /// <summary>Limits.</summary>
    public StoreLimits Limits { get; init; } = new();

    /// <summary>Opens the store. One of files is read already; one in etcd tells by <see cref="IResourceStore.Synced"/> when it is.</summary>
    /// <exception cref="StoreException">The text or something that it names is wrong.</exception>
    public async Task<IResourceStore> OpenAsync(ILogger log, TimeProvider? time = null)
    {
        var colon = Location.IndexOf(':', StringComparison.Ordinal);
        var (scheme, rest) = colon < 0 ? ("files", Location) : (Location[..colon], Location[(colon + 1)..]);
        switch (scheme)
        {
            case "memory":
                return new MemoryStore(time, Limits);
            case "files" when rest.Length > 0:
                return await FileStore.OpenAsync(new() { Directory = rest, Limits = Limits }, log, time).ConfigureAwait(false);
            case "etcd":
                return new EtcdStore(Etcd(rest), log, time);
            default:
                throw Wrong($"'{Location}' is no store: {Forms}");
        }
    }

    /// <summary>What a text after <c>etcd:</c> says.</summary>
    internal EtcdStoreOptions Etcd(string text)
    {
        var endpoints = new List<Uri>();
        var prefix = "";
        foreach (var part in text.Split(','))
        {
            if (!Uri.TryCreate(part, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                throw Wrong($"'{part}' in '{Location}' is no address of an etcd: write one such as http://127.0.0.1:2379");
            if (url.UserInfo.Length > 0) throw Wrong($"'{Location}' names a user: give user and password as options, where they are not shown");
            endpoints.Add(new(url.GetLeftPart(UriPartial.Authority)));
            if (url.AbsolutePath != "/") prefix = url.AbsolutePath;
        }

        return new()
        {
            Endpoints = endpoints,
            Prefix = prefix.Length > 0 ? prefix : new EtcdStoreOptions { Endpoints = [] }.Prefix,
            User = User,
            Password = Password,
            CaFile = CaFile,
            CertificateFile = CertificateFile,
            KeyFile = KeyFile,
            Limits = Limits,
        };
    }

    private static StoreException Wrong(string message) => new(StoreError.Failed, message);
}
