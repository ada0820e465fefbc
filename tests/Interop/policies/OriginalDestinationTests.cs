using System.Net;
using System.Net.Sockets;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Calls that a firewall redirects to the proxy go where their client wanted to go.</summary>
[Trait("Process", "own")]
public sealed class OriginalDestinationTests
{
    private const int Port = 20880;

    [NamespaceTheory, EachProtocol]
    public Task A_redirected_call_reaches_the_server_that_its_client_meant(Protocol protocol) =>
        NetworkNamespace.RunAsync(() => ReachesAsync(protocol, new(IPAddress.Loopback, "ip", "127.0.1.0/24", "127.0.1.", "127.0.0.6")));

    [NamespaceTheory(ipv6: true), EachProtocol]
    public Task The_same_over_IPv6(Protocol protocol) => NetworkNamespace.RunAsync(() =>
    {
        foreach (var address in new[] { "fd00:1::1", "fd00:1::2", "fd00:1::3", "fd00:2::6" }) NetworkNamespace.Run("ip", "-6", "address", "add", $"{address}/128", "dev", "lo");
        return ReachesAsync(protocol, new(IPAddress.IPv6Loopback, "ip6", "fd00:1::/64", "fd00:1::", "fd00:2::6"));
    });

    [NamespaceTheory, EachProtocol]
    public Task The_port_may_be_another_one(Protocol protocol) => NetworkNamespace.RunAsync(async () =>
    {
        var network = new Network(IPAddress.Loopback, "ip", "127.0.1.0/24", "127.0.1.", "127.0.0.6");
        await using var one = await protocol.ServeAsync("one", Port + 1, "--host", $"{network.At(1).Address}");
        var cluster = network.Cluster with { OriginalDestination = new() { Port = Port + 1, CleanupInterval = TimeSpan.FromMilliseconds(50) } };
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("original")], [cluster]);
        network.Redirect(mesh.Port);
        await using var client = await protocol.ConnectAsync(network.At(1));

        Assert.Equal("one", await client.ResultAsync("who"));
        await mesh.FigureAsync("cluster.original.upstream_cx_active", 0); // Forgotten, with its connections,
        Assert.Equal("one", await client.ResultAsync("who")); // and found again.
    });

    private static async Task ReachesAsync(Protocol protocol, Network network)
    {
        await using var one = await protocol.ServeAsync("one", Port, "--host", $"{network.At(1).Address}");
        await using var other = await protocol.ServeAsync("other", Port, "--host", $"{network.At(2).Address}");
        using var mesh = Mesh.On(network.Loopback, protocol.Codec(), [Mesh.Route("original")], [network.Cluster]);
        network.Redirect(mesh.Port);
        await using var client = await protocol.ConnectAsync(network.At(1));
        await using var clientOfOther = await protocol.ConnectAsync(network.At(2));

        Assert.Equal(20, (await client.TallyAsync("who", 20))["one"]);
        Assert.Equal(20, (await clientOfOther.TallyAsync("who", 20))["other"]);
        Assert.Equal(40, mesh.Figure("cluster.original.upstream_rq_completed"));

        // Where nobody listens the client hears so. Who was not redirected wants nothing that the proxy could know.
        await using var clientOfNobody = await protocol.ConnectAsync(network.At(3));
        Assert.Contains($"cannot connect to {network.At(3)}", await clientOfNobody.ErrorAsync("who"));
        await using var direct = await protocol.ConnectAsync(new IPEndPoint(network.Loopback, mesh.Port));
        Assert.Contains("no healthy endpoint in cluster 'original' (UH)", await direct.ErrorAsync("who"));
    }

    /// <summary>Servers stand at the addresses of a range, and connections to it are redirected.</summary>
    /// <param name="Loopback">Where they are redirected to.</param>
    /// <param name="Family">nft's name of the protocol.</param>
    /// <param name="Range">The range.</param>
    /// <param name="Prefix">Begin of its addresses.</param>
    /// <param name="Own">The proxy connects from here and is not redirected; as Istio's is told by its user.</param>
    private sealed record Network(IPAddress Loopback, string Family, string Range, string Prefix, string Own)
    {
        public ClusterConfig Cluster => new()
        {
            Name = "original",
            Discovery = DiscoveryType.OriginalDestination,
            OriginalDestination = new(),
            LocalAddress = new IPEndPoint(IPAddress.Parse(Own), 0),
        };

        public IPEndPoint At(int number) => new(IPAddress.Parse($"{Prefix}{number}"), Port);

        public void Redirect(int port)
        {
            var rules = $"{Family} saddr {Own} return; {Family} daddr {Range} tcp dport {Port} redirect to :{port};";
            NetworkNamespace.Run("nft", $"table {Family} mesh {{ chain output {{ type nat hook output priority -100; {rules} }}; }}");
        }
    }

    /// <summary>A policy's test in a network of its own.</summary>
    private sealed class NamespaceTheoryAttribute : TheoryAttribute
    {
        public NamespaceTheoryAttribute(bool ipv6 = false) => Skip =
            Tools.ReasonToSkip([Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift, Tools.Nft, Tools.Ip])
            ?? NetworkNamespace.ReasonToSkip ?? (ipv6 && !Socket.OSSupportsIPv6 ? "this machine has no IPv6" : null);
    }
}
