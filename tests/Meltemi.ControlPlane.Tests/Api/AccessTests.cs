using System.Security.Cryptography.X509Certificates;
using Meltemi.ControlPlane.Api;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public sealed class AccessTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("meltemi-api-").FullName;
    private readonly CapturedApiLog _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_token_is_made_once_and_only_its_owner_may_read_it()
    {
        var path = Path.Combine(_folder, "state", "token");
        var first = ApiToken.ReadOrCreate(path, _log);
        Assert.Matches("^[0-9a-f]{64}$", first.Text);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal(first.Text, ApiToken.ReadOrCreate(path, _log).Text);
        Assert.True(first.Matches(first.Text));
        Assert.False(first.Matches(first.Text + "0"));
        Assert.False(first.Matches(""));

        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.OtherRead);
        ApiToken.ReadOrCreate(path, _log);
        Assert.Contains(_log.Others, message => message.Contains("can be read by others"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("two words, which together are longer than thirty-two letters")]
    public void A_file_that_holds_no_token_is_an_error(string text)
    {
        var path = Path.Combine(_folder, "token");
        File.WriteAllText(path, text);
        Assert.Contains("delete the file to get a new one", Assert.Throws<InvalidOperationException>(() => ApiToken.ReadOrCreate(path, _log)).Message);
    }

    [Fact]
    public async Task Tls_works_with_the_certificate_that_is_made_and_stays_the_same()
    {
        var first = await Serve(new SelfSignedTls());
        Assert.Equal(first, await Serve(new SelfSignedTls()));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(_folder, "api.key")));

        // Another name: another certificate.
        Assert.NotEqual(first, await Serve(new SelfSignedTls { Names = ["mesh.example", "10.1.2.3"] }));
        await File.WriteAllTextAsync(Path.Combine(_folder, "api.crt"), "broken");
        await Serve(new SelfSignedTls());
    }

    [Fact]
    public async Task A_certificate_that_is_there_is_used()
    {
        var made = await Serve(new SelfSignedTls());
        var files = new FileTls(Path.Combine(_folder, "api.crt"), Path.Combine(_folder, "api.key"), Path.Combine(_folder, "api.crt"));
        Assert.Equal(made, await Serve(files));
        var error = Assert.Throws<InvalidOperationException>(() => new ApiServer(new MemoryStore(), Options(files with { KeyFile = "/nowhere" })));
        Assert.Contains("/nowhere cannot be used", error.Message);
    }

    [Fact]
    public void A_kubeconfig_has_address_authority_and_token()
    {
        var text = Kubeconfig.Write(new("https://127.0.0.1:1234/"), "secret", "PEM");
        Assert.Contains("    server: https://127.0.0.1:1234\n    certificate-authority-data: UEVN\n", text);
        Assert.Contains("    token: secret\n", text);
        Assert.Contains("current-context: meltemi\n", text);
        Assert.DoesNotContain("certificate-authority-data", Kubeconfig.Write(new("https://mesh.example"), "secret", null));
    }

    private ApiOptions Options(ApiTls tls) => new() { StateDirectory = _folder, Tls = tls, Log = _log };

    // Serves over TLS to a client that trusts nothing but the authority of the kubeconfig.
    private async Task<string> Serve(ApiTls tls)
    {
        var server = new ApiServer(new MemoryStore(), Options(tls));
        await server.StartAsync();
        using var authority = X509Certificate2.CreateFromPem(server.AuthorityPem);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.Token.Text);
        Assert.Contains("gitVersion", await client.GetStringAsync(new Uri(server.Address, "/version")));
        await server.StopAsync();
        Assert.Empty(_log.Errors);
        return server.AuthorityPem!;
    }
}
