using System.Text;
using AwesomeRpc;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.Sessions;
using Meltemi.Tests.Support;
using Meltemi.Transport;

namespace Meltemi.Tests.Flow;

/// <summary>Sessions that clients carry, and clients who say where they go.</summary>
public class SessionTests
{
    [Fact]
    public void An_answer_names_its_endpoint_and_a_request_that_brings_the_name_goes_there()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, 4, isStrict: false);
        var client = mesh.Client();

        var (first, tag) = Call(mesh, client, servers, tag: null);
        Assert.Equal(servers[first].Address.ToString(), Encoding.UTF8.GetString(Convert.FromBase64String(tag!)));
        for (var i = 0; i < 10; i++)
        {
            // Who has the right tag is not told again.
            Assert.Equal((first, null), Call(mesh, client, servers, tag));
        }

        Assert.Equal(4, Enumerable.Range(0, 4).Select(_ => Call(mesh, client, servers, tag: null).Server).Distinct().Count());
    }

    [Fact]
    public void When_the_endpoint_is_not_there_another_one_takes_over_the_session()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, 3, isStrict: false);
        var client = mesh.Client();
        var (first, tag) = Call(mesh, client, servers, tag: null);
        Endpoint(mesh, servers[first]).Health.Set(HealthFlags.ToldDraining, true);

        var (second, newTag) = Call(mesh, client, servers, tag);
        Assert.NotEqual(first, second);
        Assert.NotNull(newTag);
        Assert.Equal((second, null), Call(mesh, client, servers, newTag));
    }

    [Fact]
    public void Strictly_no_other_endpoint_will_do()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, 3, isStrict: true);
        var client = mesh.Client();
        var (first, tag) = Call(mesh, client, servers, tag: null);
        Endpoint(mesh, servers[first]).Health.Set(HealthFlags.ToldDraining, true);

        mesh.Send(client, MemoryMesh.Request(1, "echo", ("session", tag!)));
        Assert.Contains("no healthy endpoint", Assert.Single(mesh.Received(client)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no base64 !!")]
    [InlineData("OS45LjkuOTo5")] // 9.9.9.9:9
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_tag_that_names_no_endpoint_is_none(string tag)
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, 2, isStrict: false);
        Assert.NotNull(Call(mesh, mesh.Client(), servers, tag).Tag);
    }

    [Fact]
    public void Reading_a_tag_allocates_nothing()
    {
        var session = new SessionTag();
        var tag = SessionTag.Of("10.0.0.1:80"u8);
        Assert.Equal(0, Allocations.Of(() => session.Read(tag, isStrict: false)));
        Assert.Equal("10.0.0.1:80", session.Address.ToString());
    }

    [Fact]
    public void A_redirected_client_reaches_the_address_that_it_wanted()
    {
        using var mesh = new MemoryMesh();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Apply([MemoryMesh.Route()], [Original]);
        foreach (var server in new[] { one, two, one })
        {
            var client = mesh.Kernel.Dial(MemoryMesh.Front, originalDestination: server.Address);
            mesh.Send(client, MemoryMesh.Request(1));
            var connection = server.Accepted[^1];
            mesh.Send(connection, MemoryMesh.Answer(Assert.Single(mesh.Received(connection))));
            Assert.Equal("answer to body 1", Assert.Single(mesh.Received(client)).Text);
        }

        Assert.Single(one.Accepted);
        mesh.Kernel.AdvanceTime(11_000);
        Assert.True(one.Accepted[0].IsEnded && two.Accepted[0].IsEnded);
    }

    [Fact]
    public void A_client_that_was_not_redirected_goes_nowhere()
    {
        using var mesh = new MemoryMesh();
        mesh.Apply([MemoryMesh.Route()], [Original]);
        foreach (var client in new[] { mesh.Client(), mesh.Kernel.Dial(MemoryMesh.Front, originalDestination: MemoryMesh.Front) })
        {
            mesh.Send(client, MemoryMesh.Request(1));
            Assert.Contains("no healthy endpoint", Assert.Single(mesh.Received(client)).Text, StringComparison.Ordinal);
        }
    }

    private static ClusterConfig Original => new() { Name = "main", Discovery = DiscoveryType.OriginalDestination, OriginalDestination = new() };

    private static MemoryServer[] Start(MemoryMesh mesh, int servers, bool isStrict) => mesh.Start(
        servers, chain: chain => chain with { Filters = [new(StatefulSessionFilter.Factory.FilterName, new StatefulSessionConfig("session", isStrict))] });

    private static Endpoint Endpoint(MemoryMesh mesh, MemoryServer server) =>
        Assert.Single(mesh.Proxy.Clusters).Endpoints.Endpoints.Single(endpoint => endpoint.Address.Equals(server.Address));

    private static (int Server, string? Tag) Call(MemoryMesh mesh, MemoryPeer client, MemoryServer[] servers, string? tag)
    {
        mesh.Send(client, tag is null ? MemoryMesh.Request(1) : MemoryMesh.Request(1, "echo", ("session", tag)));
        for (var i = 0; i < servers.Length; i++)
        {
            foreach (var connection in servers[i].Accepted)
            {
                if (mesh.Received(connection).Find(message => message.Type == MessageType.Request) is not { } request) continue;
                mesh.Send(connection, MemoryMesh.Answer(request));
                return (i, Assert.Single(mesh.Received(client))["session"]);
            }
        }

        throw new InvalidOperationException("no server got the request");
    }
}
