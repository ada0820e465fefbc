using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Faults, templates, copies that are compared, and shares by hash.</summary>
public sealed class ExperimentTests
{
    [PolicyTheory, EachProtocol]
    public async Task Injected_errors_are_raised_by_the_library_and_delayed_calls_are_answered(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        RouteConfig For(string user, FaultConfig fault) => Mesh.Route("main", ("user", user)) with { Fault = fault };
        using var mesh = new Mesh(
            protocol.Codec(),
            [
                For("aborted", new() { Abort = new(ReplyReason.NoHealthyEndpoint, Fraction.All) }),
                For("delayed", new() { Delay = new(FaultDelayKind.Fixed, TimeSpan.FromMilliseconds(20), Fraction.All) }),
                For("late", new() { Delay = new(FaultDelayKind.Exponential, TimeSpan.FromMilliseconds(1), Fraction.All), Abort = new(ReplyReason.Timeout, Fraction.All) }),
                For("half", new() { Abort = new(ReplyReason.Timeout, new(50, 100)) }),
                Mesh.Route("main") with { Fault = new() { Abort = new(null, Fraction.All), ResponseRate = new(null, Fraction.All) } },
            ],
            [Mesh.Cluster("main", servers.Address)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        const string Injected = "meltemi: injected fault (FI)";
        Assert.Equal(Injected, await client.ErrorAsync("who", headers: ("user", "aborted")));
        Assert.Equal("a", await client.ResultAsync("who", headers: ("user", "delayed")));
        Assert.Equal(Injected, await client.ErrorAsync("who", headers: ("user", "late")));
        var half = await client.TallyAsync("who", 200, headers: ("user", "half"));
        Assert.Equal(200, half["a"] + half[Injected]);
        Assert.InRange(half["a"], 65, 135);

        // Only who asks for it.
        Assert.Equal("a", await client.ResultAsync("who"));
        Assert.Equal(Injected, await client.ErrorAsync("who", headers: ("x-envoy-fault-abort-request", "503")));
        Assert.Equal("a", await client.ResultAsync("who", headers: ("x-envoy-fault-throughput-response", "100")));

        Assert.Equal(
            (2, 3 + half[Injected], 1, 0),
            (Fault("delays_injected"), Fault("aborts_injected"), Fault("response_rl_injected"), Fault("active_faults")));

        long Fault(string name) => mesh.Figure($"listener.front.fault.{name}");
    }

    [PolicyTheory, EachProtocol]
    public async Task Server_and_client_see_what_is_made_of_the_request(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var route = Mesh.Route("main") with
        {
            RequestMutations =
            [
                new(ChangeKind.Set, "x-lane", "%REQ(user)% calls %REQ(method)% of %UPSTREAM_CLUSTER% by %ROUTE_NAME%"),
                new(ChangeKind.Set, "x-caller", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"),
                new(ChangeKind.Add, "user", "nobody"),
                new(ChangeKind.Remove, "x-secret", ""),
            ],
            ResponseMutations = [new(ChangeKind.Set, "x-about", "%REQ(user)% by %UPSTREAM_HOST%")],
        };
        using var mesh = new Mesh(protocol.Codec(), [route], [Mesh.Cluster("main", servers.Address)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var answer = await client.CallAsync("headers", null, 0, ("user", "ann"), ("x-secret", "1"));

        var seen = answer.Value!.AsObject();
        Assert.Equal(
            ("ann calls headers of main by to-main", "127.0.0.1", "ann", false),
            ((string?)seen["x-lane"], (string?)seen["x-caller"], (string?)seen["user"], seen.ContainsKey("x-secret")));
        Assert.Equal($"ann by {servers.Address}", answer.Headers["x-about"]);
    }

    [PolicyTheory, EachProtocol]
    public async Task Copies_go_to_their_share_and_their_answers_are_compared(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var worse = await protocol.ServeAsync("bad");
        var route = Mesh.Route("main") with { Mirrors = [new("same", Fraction.All), new("worse", new(50, 100))] };
        using var mesh = new Mesh(
            protocol.Codec(), [route], [Mesh.Cluster("main", servers.Address), Mesh.Cluster("same", servers.Addresses[1]), Mesh.Cluster("worse", worse.Address)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal(200, (await client.TallyAsync("sometimes", 200, "x"))["x"]);

        await Safety.Until(() => Compared("same") == 200 && Compared("worse") == mesh.Figure("cluster.worse.mirror.rq_total"), mesh.Prometheus);
        Assert.Equal(200, mesh.Figure("cluster.same.mirror.compare_same"));
        Assert.InRange(mesh.Figure("cluster.worse.mirror.rq_total"), 65, 135);
        Assert.InRange(mesh.Figure("cluster.worse.mirror.compare_different"), 15, 85);

        long Compared(string cluster) => new[] { "same", "different", "missing" }.Sum(how => mesh.Figure($"cluster.{cluster}.mirror.compare_{how}"));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_user_stays_with_one_version_and_moves_to_the_canary_at_most_once_while_it_grows(Protocol protocol)
    {
        const int Users = 40;
        var servers = await protocol.ServersAsync();
        RouteConfig Split(uint canary) =>
            Mesh.Route("v1") with { Clusters = [new("v1", 100 - canary), new("v2", canary)], HashPolicies = [new("user")], SplitsByHash = true };
        using var mesh = new Mesh(
            protocol.Codec(), [Split(20)], [Mesh.Cluster("v1", servers.Addresses[0]), Mesh.Cluster("v2", servers.Addresses[1])]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var before = await VersionsAsync(on: 0);
        Assert.Equal(before, await VersionsAsync(on: 1));
        mesh.ChangeChain(chain => chain with { Routes = new() { Routes = [Split(60)] } });
        var after = await VersionsAsync(on: 1);

        Assert.InRange(before.Count(version => version == "b"), 2, 16);
        Assert.InRange(after.Count(version => version == "b"), 14, 34);
        Assert.DoesNotContain(("b", "a"), before.Zip(after));

        Task<string[]> VersionsAsync(int on) =>
            Task.WhenAll(Enumerable.Range(0, Users).Select(i => client.ResultAsync("who", on: on, headers: ("user", $"user-{i}"))));
    }
}
