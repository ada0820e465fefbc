using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>Connections to etcd: time limits and certificates.</summary>
internal static class EtcdTls
{
    /// <summary>What connects as the options say.</summary>
    /// <exception cref="StoreException">A certificate cannot be read.</exception>
    public static SocketsHttpHandler Handler(EtcdStoreOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            UseProxy = false,
            AllowAutoRedirect = false,
        };
        if (options.CaFile is { } ca) handler.SslOptions.CertificateChainPolicy = Trust(ca);
        if (options.CertificateFile is { } certificate)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(Own(certificate, options.KeyFile), null);
        return handler;
    }

    private static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        Read(file, () => policy.CustomTrustStore.ImportFromPemFile(file));
        if (policy.CustomTrustStore.Count == 0) throw new StoreException(StoreError.Failed, $"there is no certificate (PEM) in {file}");
        return policy;
    }

    private static X509Certificate2 Own(string file, string? keyFile)
    {
        X509Certificate2? certificate = null;
        Read(file, () => certificate = X509Certificate2.CreateFromPemFile(file, keyFile));
        return certificate!;
    }

    private static void Read(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreError.Failed, $"the certificate in {file} cannot be used: {e.Message}", e);
        }
    }
}
