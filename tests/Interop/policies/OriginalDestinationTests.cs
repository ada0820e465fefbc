using System.Net;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Calls that a firewall redirects to the proxy go where their client wanted to go.</summary>
public sealed class OriginalDestinationTests
{
    private static readonly IPEndPoint One = IPEndPoint.Parse("127.0.1.1:20880");
    private static readonly IPEndPoint Other = IPEndPoint.Parse("127.0.1.2:20880");

    // The proxy itself must not be redirected. It is told by the address that it connects from, as Istio's is by its user.
    private static readonly IPEndPoint Own = IPEndPoint.Parse("127.0.0.6:0");

    [NamespaceTheory, EachProtocol]
    public Task A_redirected_call_reaches_the_server_that_its_client_meant(Protocol protocol) => NetworkNamespace.RunAsync(async () =>
    {
        await using var one = await protocol.ServeAsync("one", One.Port, "--host", $"{One.Address}");
        await using var other = await protocol.ServeAsync("other", Other.Port, "--host", $"{Other.Address}");
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("original")], [Original]);
        Redirect(mesh.Port);
        await using var client = await protocol.ConnectAsync(One);
        await using var clientOfOther = await protocol.ConnectAsync(Other);

        Assert.Equal(20, (await client.TallyAsync("who", 20))["one"]);
        Assert.Equal(20, (await clientOfOther.TallyAsync("who", 20))["other"]);
        Assert.Equal(40, mesh.Figure("cluster.original.upstream_rq_completed"));

        // Where nobody listens the client hears so. Who was not redirected wants nothing that the proxy could know.
        await using var clientOfNobody = await protocol.ConnectAsync(IPEndPoint.Parse("127.0.1.3:20880"));
        Assert.Contains("cannot connect to 127.0.1.3:20880", await clientOfNobody.ErrorAsync("who"));
        await using var direct = await protocol.ConnectAsync(mesh.Port);
        Assert.Contains("no healthy endpoint in cluster 'original' (UH)", await direct.ErrorAsync("who"));
    });

    [NamespaceTheory, EachProtocol]
    public Task The_port_may_be_another_one(Protocol protocol) => NetworkNamespace.RunAsync(async () =>
    {
        await using var one = await protocol.ServeAsync("one", 20881, "--host", $"{One.Address}");
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("original")], [Original with { OriginalDestination = new() { Port = 20881, CleanupInterval = TimeSpan.FromMilliseconds(50) } }]);
        Redirect(mesh.Port);
        await using var client = await protocol.ConnectAsync(One);

        Assert.Equal("one", await client.ResultAsync("who"));
        await mesh.FigureAsync("cluster.original.upstream_cx_active", 0); // Forgotten, with its connections,
        Assert.Equal("one", await client.ResultAsync("who")); // and found again.
    });

    private static ClusterConfig Original => new()
    {
        Name = "original",
        Discovery = DiscoveryType.OriginalDestination,
        OriginalDestination = new(),
        LocalAddress = Own,
    };

    private static void Redirect(int port) => NetworkNamespace.Run(
        "nft",
        $"table ip mesh {{ chain output {{ type nat hook output priority -100; ip saddr {Own.Address} return; ip daddr 127.0.1.0/24 tcp dport {One.Port} redirect to :{port}; }}; }}");

    /// <summary>A policy's test in a network of its own.</summary>
    private sealed class NamespaceTheoryAttribute : TheoryAttribute
    {
        public NamespaceTheoryAttribute() => Skip =
            Tools.ReasonToSkip([Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift, Tools.Nft, Tools.Ip]) ?? NetworkNamespace.ReasonToSkip;
    }
}
