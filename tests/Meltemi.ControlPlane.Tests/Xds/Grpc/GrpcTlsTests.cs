using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Meltemi.ControlPlane.Tests.Xds.Grpc;

public class GrpcTlsTests
{
    [Fact]
    public async Task Both_sides_show_a_certificate_and_look_at_that_of_the_other()
    {
        using var server = Certificate("server");
        using var client = Certificate("client");
        using var stranger = Certificate("stranger");
        await using var known = await StartAsync(server, client, client);
        Assert.Equal("hello", await known.SayAsync("hello"));

        await using var unknown = await StartAsync(server, client, stranger);
        var refused = await Assert.ThrowsAsync<GrpcException>(() => unknown.SayAsync("hello"));
        Assert.Equal(GrpcStatusCode.Unavailable, refused.StatusCode);
    }

    [Fact]
    public async Task A_server_that_is_another_one_is_not_talked_to()
    {
        using var server = Certificate("server");
        using var client = Certificate("client");
        await using var other = await StartAsync(client, client, client, expected: server);
        var refused = await Assert.ThrowsAsync<GrpcException>(() => other.SayAsync("hello"));
        Assert.Equal(GrpcStatusCode.Unavailable, refused.StatusCode);
    }

    private static Task<EchoServer> StartAsync(X509Certificate2 server, X509Certificate2 allowed, X509Certificate2 shown, X509Certificate2? expected = null) =>
        EchoServer.StartAsync(
            client: new()
            {
                Tls = new SslClientAuthenticationOptions
                {
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => shown, // The default choice goes by issuers, and these have none.
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => Same(certificate, expected ?? server),
                },
            },
            tls: new HttpsConnectionAdapterOptions
            {
                ServerCertificate = server,
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (certificate, _, _) => Same(certificate, allowed),
            });

    private static bool Same(X509Certificate? one, X509Certificate2 other) => one?.GetCertHashString() == other.GetCertHashString();

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
