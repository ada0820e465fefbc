using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>Clients that do not do their part, and many clients at once.</summary>
public class SlowClientTests
{
    [Fact]
    public async Task A_client_that_does_not_read_holds_back_nobody_else_and_is_cut_in_the_end()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxStall = TimeSpan.FromSeconds(1) });
        using var slowChannel = new Meltemi.Xds.Grpc.Client.GrpcChannel(mesh.Address); // A connection of its own, as a proxy has.
        mesh.Source.Set(Large("1"));
        using var slow = new SotwClient(slowChannel.Open(Methods.Ads));
        await slow.SendAsync(XdsTypes.Cluster);
        await Wait.Until(() => mesh.Server.Clients.All.Count == 1, "the slow client");

        using var quick = mesh.Delta();
        await quick.SendAsync(XdsTypes.Listener);
        await quick.NextAsync();
        for (var i = 2; i < 10; i++)
        {
            mesh.Source.Set([.. Large($"{i}"), Listener("l", $"{i}")]);
            Assert.Equal("Listener +l", await quick.NextAsync());
        }

        await Wait.Until(() => mesh.Server.Clients.All.Count == 1, "the slow client to be cut");
        await quick.SendAsync(XdsTypes.Route, ["none"]);
        Assert.Equal("RouteConfiguration -none", await quick.NextAsync());
    }

    [Fact]
    public async Task A_client_that_never_answers_gets_what_is_new_all_the_same_after_a_while()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxSilence = TimeSpan.FromMilliseconds(200) });
        mesh.Source.Set(Cluster("a", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync(ack: false);
        mesh.Source.Set(Cluster("a", "2"));
        Assert.Equal("Cluster +a", await client.NextAsync(ack: false));
        Assert.Equal(Cluster("a", "2").Version, client.Last.Resources[0].Version);
    }

    [Fact]
    public async Task Streams_start_a_few_at_a_time_and_all_get_their_turn()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxStarting = 2 });
        mesh.Source.Set(Cluster("a", "1"));
        var clients = Enumerable.Range(0, 20).Select(_ => mesh.Delta()).ToArray();
        foreach (var client in clients) await client.SendAsync(XdsTypes.Cluster);
        await Wait.Until(() => mesh.Source.OpenViews == 2, "two clients to start");

        // The next ones start when these have answered.
        var waiting = clients.ToDictionary(client => client.NextAsync(ack: false));
        while (waiting.Count > 0)
        {
            var first = await Task.WhenAny(waiting.Keys).WaitAsync(Mesh.Limit);
            Assert.True(mesh.Source.OpenViews <= clients.Length - waiting.Count + 2);
            Assert.Equal("Cluster +a", await first);
            await waiting[first].SendAsync(XdsTypes.Cluster, nonce: waiting[first].Last.Nonce);
            waiting.Remove(first);
        }

        foreach (var client in clients) client.Dispose();
        await Wait.Until(() => mesh.Source.OpenViews == 0 && mesh.Server.Clients.All.Count == 0, "all to be gone");
    }

    [Fact]
    public async Task Clients_that_take_their_turn_and_do_nothing_lose_it()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxStarting = 1, MaxTurn = TimeSpan.FromMilliseconds(100) });
        mesh.Source.Set(Cluster("a", "1"));
        using var idle = mesh.Delta();
        await idle.SendAsync(XdsTypes.Cluster);
        await idle.NextAsync(ack: false);
        using var next = mesh.Delta();
        await next.SendAsync(XdsTypes.Cluster);
        Assert.Equal("Cluster +a", await next.NextAsync());
    }

    [Fact]
    public async Task A_client_whose_turn_does_not_come_is_told_to_come_later()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxStarting = 1, MaxWait = TimeSpan.FromMilliseconds(100), MaxTurn = TimeSpan.FromMinutes(10) });
        mesh.Source.Set(Cluster("a", "1"));
        using var first = mesh.Delta();
        await first.SendAsync(XdsTypes.Cluster);
        await first.NextAsync(ack: false);
        using var second = mesh.Delta();
        await second.SendAsync(XdsTypes.Cluster);
        var exception = await Assert.ThrowsAsync<GrpcException>(second.EndAsync);
        Assert.Equal((GrpcStatusCode.Unavailable, "too many clients connect at the same time; try again later"), (exception.StatusCode, exception.Detail));
    }

    [Fact]
    public async Task Starts_are_spread_over_time()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxStartsPerSecond = 20 });
        mesh.Source.Set(Cluster("a", "1"));
        var start = System.Diagnostics.Stopwatch.StartNew();
        var clients = Enumerable.Range(0, 40).Select(_ => mesh.Delta()).ToArray();
        foreach (var client in clients) await client.SendAsync(XdsTypes.Cluster);
        foreach (var client in clients) Assert.Equal("Cluster +a", await client.NextAsync());
        Assert.True(start.Elapsed > TimeSpan.FromMilliseconds(800), "40 at 20 a second, of which 20 at once, take a second"); // Never less; more on a busy machine.
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_sent_away()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { FirstRequest = TimeSpan.FromMilliseconds(50) });
        using var silent = mesh.Delta();
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<GrpcException>(silent.EndAsync)).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Thousands_of_resources_come_in_parts_and_a_change_of_one_is_one(bool delta)
    {
        const int count = 5000;
        await using var mesh = await Mesh.StartAsync();
        XdsResource[] resources = [.. Enumerable.Range(0, count).Select(i => Endpoints($"outbound|80||service-{i}.example.com", $"{i}-{new string('z', 300)}"))];
        mesh.Source.Set(resources);
        using var peer = Peer.Open(mesh.Channel, delta);
        await peer.SubscribeAsync(XdsTypes.Endpoints, [.. resources.Select(one => one.Name)]);
        while (peer.Of(XdsTypes.Endpoints).Count < count) await peer.ReadAsync();
        Assert.InRange(peer.Responses, 3, 30);

        resources[17] = Endpoints(resources[17].Name, "changed");
        mesh.Source.Set(resources);
        Assert.Equal([resources[17].Name], (await peer.ReadAsync()).Names);
        mesh.Source.Set();
        if (!delta) return;
        while (peer.Of(XdsTypes.Endpoints).Count > 0) await peer.ReadAsync();
    }

    private static XdsResource[] Large(string version) =>
        [.. Enumerable.Range(0, 100).Select(i => Cluster($"c{i}", version + new string('x', 100_000)))];
}
