using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Etcd;

namespace Meltemi.ControlPlane.Tests.Stores.Etcd;

/// <summary>Users, certificates, and the limits that etcd sets.</summary>
public class EtcdSecurityTests : IAsyncLifetime
{
    private readonly EtcdServer _server = new();
    private readonly string _files = Directory.CreateTempSubdirectory("meltemi-etcd-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_files, recursive: true);
    }

    [EtcdFact]
    public async Task With_user_and_password_it_works_and_goes_on_when_etcd_has_forgotten_the_login()
    {
        await _server.StartAsync();
        await EnableUsersAsync();
        await using var store = EtcdServer.Open(Options() with { User = "mesh", Password = "secret" });
        await store.Synced.WaitAsync(Wait.Limit);
        await store.PutAsync(Sample.Resource("a"), "", default);

        await _server.KillAsync();
        await _server.StartAsync();
        await Wait.Until(() => store.ReadOnlyReason is null);
        await store.PutAsync(Sample.Resource("a", "x"), null, default);

        await using var other = EtcdServer.Open(Options() with { User = "mesh", Password = "wrong" });
        await Wait.Until(() => other.ReadOnlyReason?.Contains("invalid user ID or password", StringComparison.Ordinal) == true);
        await using var nobody = EtcdServer.Open(Options());
        await Wait.Until(() => nobody.ReadOnlyReason?.Contains("user name is empty", StringComparison.Ordinal) == true);
    }

    [EtcdFact]
    public async Task A_user_who_may_only_read_is_told_so()
    {
        await _server.StartAsync();
        await EnableUsersAsync("READ");
        await using var store = EtcdServer.Open(Options() with { User = "mesh", Password = "secret" });
        await store.Synced.WaitAsync(Wait.Limit);

        var failure = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Sample.Resource("a"), "", default));

        Assert.Equal(StoreError.ReadOnly, failure.Error);
        Assert.Contains("etcd's user has no permission for this key", failure.Message);
    }

    [EtcdFact]
    public async Task With_certificates_it_works_and_without_it_does_not()
    {
        var (ca, certificate, key) = MakeCertificates();
        _server.Endpoint = new($"https://127.0.0.1:{_server.Endpoint.Port}");
        _server.Arguments = ["--cert-file", certificate, "--key-file", key, "--client-cert-auth", "--trusted-ca-file", ca];
        await _server.StartAsync(wait: false);
        var options = Options() with { CaFile = ca, CertificateFile = certificate, KeyFile = key };

        await using var store = EtcdServer.Open(options);
        await store.Synced.WaitAsync(Wait.Limit);
        await store.PutAsync(Sample.Resource("a"), "", default);

        await using var untrusting = EtcdServer.Open(options with { CaFile = null });
        await Wait.Until(() => untrusting.ReadOnlyReason?.Contains("SSL", StringComparison.Ordinal) == true);
        await using var anonymous = EtcdServer.Open(options with { CertificateFile = null });
        await Wait.Until(() => anonymous.ReadOnlyReason?.Contains("cannot be used", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_is_told_at_once()
    {
        var file = Path.Combine(_files, "ca.pem");
        File.WriteAllText(file, "none");

        var empty = Assert.Throws<StoreException>(() => EtcdServer.Open(Options() with { CaFile = file }));
        var missing = Assert.Throws<StoreException>(() => EtcdServer.Open(Options() with { CertificateFile = file + "x", KeyFile = file }));

        Assert.Equal($"there is no certificate (PEM) in {file}", empty.Message);
        Assert.StartsWith($"the certificate in {file}x cannot be used: ", missing.Message, StringComparison.Ordinal);
    }

    [EtcdFact]
    public async Task More_than_etcd_takes_is_told()
    {
        _server.Arguments = ["--max-request-bytes", "20000"];
        await _server.StartAsync();
        await using var store = EtcdServer.Open(Options());
        await store.Synced;

        var large = Sample.Resource("a", extra: $$""","annotations":{"x":"{{new string('x', 100_000)}}"}""");
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(large, "", default));

        Assert.Equal(StoreError.TooLarge, failure.Error);
        Assert.Contains("split it, or raise etcd's --max-request-bytes", failure.Message);
    }

    [EtcdFact]
    public async Task A_full_database_is_told()
    {
        _server.Arguments = ["--quota-backend-bytes", "100000"];
        await _server.StartAsync();
        await using var store = EtcdServer.Open(Options());
        await store.Synced;
        var text = new string('x', 100_000);

        StoreException? failure = null;
        for (var i = 0; i < 100 && failure is null; i++)
        {
            var resource = Sample.Resource($"a{i}", extra: $$""","annotations":{"x":"{{text}}"}""");
            failure = await Record.ExceptionAsync(() => store.PutAsync(resource, "", default)) as StoreException;
        }

        Assert.Equal(StoreError.Failed, failure!.Error);
        Assert.Contains("is full; compact and defragment it or raise --quota-backend-bytes", failure.Message);
        Assert.Equal(failure.Message, store.ReadOnlyReason);
    }

    private EtcdStoreOptions Options() => new() { Endpoints = [_server.Endpoint] };

    private async Task EnableUsersAsync(string permission = "READWRITE")
    {
        await _server.CallAsync("/v3/auth/user/add", new() { ["name"] = "root", ["password"] = "root" });
        await _server.CallAsync("/v3/auth/user/grant", new() { ["user"] = "root", ["role"] = "root" });
        await _server.CallAsync("/v3/auth/role/add", new() { ["name"] = "mesh" });
        await _server.CallAsync("/v3/auth/role/grant", new()
        {
            ["name"] = "mesh",
            ["perm"] = new JsonObject
            {
                ["permType"] = permission,
                ["key"] = Convert.ToBase64String("/meltemi/"u8),
                ["range_end"] = Convert.ToBase64String("/meltemi0"u8),
            },
        });
        await _server.CallAsync("/v3/auth/user/add", new() { ["name"] = "mesh", ["password"] = "secret" });
        await _server.CallAsync("/v3/auth/user/grant", new() { ["user"] = "mesh", ["role"] = "mesh" });
        await _server.CallAsync("/v3/auth/enable", []);
    }

    private (string Ca, string Certificate, string Key) MakeCertificates()
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=test ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var ca = caRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(ca, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);

        return (
            Save("ca.pem", ca.ExportCertificatePem()),
            Save("cert.pem", certificate.ExportCertificatePem()),
            Save("key.pem", key.ExportPkcs8PrivateKeyPem()));
    }

    private string Save(string name, string text)
    {
        File.WriteAllText(Path.Combine(_files, name), text);
        return Path.Combine(_files, name);
    }
}
