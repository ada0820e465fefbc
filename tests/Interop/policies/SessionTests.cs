using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>A client comes to the same server again: by something it has anyway, or by something that it was given.</summary>
public sealed class SessionTests
{
    [PolicyTheory, EachProtocol]
    public async Task A_user_meets_the_same_server_over_any_connection_and_others_move_little_when_a_server_leaves(Protocol protocol)
    {
        const int Users = 30;
        var servers = await protocol.ServersAsync();
        var cluster = Mesh.Cluster("main", [.. servers.Addresses]) with { Balancer = new() { Kind = BalancerKind.Maglev } };
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main") with { HashPolicies = [new("user")] }], [cluster]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var first = await WhoAsync(on: 0);
        Assert.Equal(3, first.Distinct().Count());
        for (var on = 1; on <= 4; on++) Assert.Equal(first, await WhoAsync(on));

        mesh.SetClusters(cluster with { Endpoints = cluster.Endpoints[1..] });
        var then = await WhoAsync(on: 0);
        Assert.DoesNotContain("a", then);
        var moved = first.Zip(then).Count(pair => pair.First != "a" && pair.First != pair.Second);
        Assert.InRange(moved, 0, 3);

        async Task<string[]> WhoAsync(int on) =>
            await Task.WhenAll(Enumerable.Range(0, Users).Select(i => client.ResultAsync("who", on: on, headers: ("user", $"user-{i}"))));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_client_that_brings_back_what_came_with_an_answer_meets_the_same_server(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var mortal = await protocol.ServeAsync("mortal");
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main")], [Mesh.Cluster("main", [.. servers.Addresses, mortal.Address])], null,
            new FilterConfig("envoy.filters.http.stateful_session", new StatefulSessionConfig("session", IsStrict: true)));
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var tags = new Dictionary<string, string>();
        while (tags.Count < 4)
        {
            var answer = await client.CallAsync("who");
            Assert.True(answer.IsOk, answer.Text);
            tags[answer.Text] = answer.Headers["session"];
        }

        foreach (var (name, tag) in tags)
        {
            for (var on = 1; on <= 3; on++) Assert.Equal(name, await client.ResultAsync("who", on: on, headers: ("session", tag)));
        }

        // Strictly that one: when it is gone the client hears so, and it is not somebody else who answers.
        await mortal.KillAsync();
        var error = await client.ErrorAsync("who", headers: ("session", tags["mortal"]));
        Assert.Contains($"{mortal.Address}", error);
        mesh.SetClusters(Mesh.Cluster("main", [.. servers.Addresses]));
        Assert.Contains("no healthy endpoint", await client.ErrorAsync("who", headers: ("session", tags["mortal"])));
        Assert.Equal("b", await client.ResultAsync("who", headers: ("session", tags["b"])));
    }
}
