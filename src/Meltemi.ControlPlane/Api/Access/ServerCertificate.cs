using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meltemi.ControlPlane.Api.Access;

/// <summary>The certificate that the API shows.</summary>
/// <param name="Certificate">With its key.</param>
/// <param name="Chain">What is sent with it.</param>
/// <param name="AuthorityPem">What clients must trust; null: what their machine trusts anyway.</param>
internal sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, string? AuthorityPem)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    /// <summary>Loads or makes it; null: no TLS.</summary>
    public static ServerCertificate? Load(ApiOptions options) => options.Tls switch
    {
        SelfSignedTls own => ReadOrCreate(options, own),
        FileTls files => Read(files),
        _ => null,
    };

    private static ServerCertificate Read(FileTls files)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(files.CertificateFile);
            var authority = files.AuthorityFile is { } file ? File.ReadAllText(file) : null;
            return new(WithKey(files.CertificateFile, files.KeyFile), chain, authority);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"the API's certificate {files.CertificateFile} with key {files.KeyFile} cannot be used: {e.Message}", e);
        }
    }

    private static ServerCertificate ReadOrCreate(ApiOptions options, SelfSignedTls own)
    {
        var certificateFile = Path.Combine(options.StateDirectory, "api.crt");
        var keyFile = Path.Combine(options.StateDirectory, "api.key");
        var names = Names(options.Listen.Address, own);
        if (!IsUsable(certificateFile, keyFile, names, options.Time.GetUtcNow()))
        {
            Create(certificateFile, keyFile, names, options.Time.GetUtcNow());
            options.Log.Info($"made a certificate for the API: {certificateFile}");
        }

        if (SecretFile.Exposed(keyFile) is { } warning) options.Log.Warning(warning);
        return new(WithKey(certificateFile, keyFile), [], File.ReadAllText(certificateFile));
    }

    // One that is broken, expires soon or lacks a name is made anew; clients then need a new kubeconfig, which the log says.
    private static bool IsUsable(string certificateFile, string keyFile, string[] names, DateTimeOffset now)
    {
        if (!File.Exists(certificateFile) || !File.Exists(keyFile)) return false;
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            return certificate.NotAfter.ToUniversalTime() - Renewal > now.UtcDateTime
                && names.All(name => certificate.MatchesHostname(name, allowWildcards: false, allowCommonName: false));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static void Create(string certificateFile, string keyFile, string[] names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=meltemi-controller", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false)); // server authentication

        // A day back: clocks of clients differ.
        using var certificate = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + Life);
        SecretFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        SecretFile.Write(certificateFile, certificate.ExportCertificatePem() + "\n");
    }

    private static string[] Names(IPAddress listen, SelfSignedTls own)
    {
        var names = new List<string> { "localhost", "127.0.0.1", "::1", Dns.GetHostName() };
        if (!listen.Equals(IPAddress.Any) && !listen.Equals(IPAddress.IPv6Any)) names.Add(listen.ToString());
        names.AddRange(own.Names);
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static X509Certificate2 WithKey(string certificateFile, string keyFile) => X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
}
