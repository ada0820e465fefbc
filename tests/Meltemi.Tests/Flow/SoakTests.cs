using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AwesomeRpc.Client;
using AwesomeRpc.Codec;
using AwesomeRpc.Server;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Flow;

/// <summary>
/// Real sockets, two loops, clients that come, ask, break off and talk nonsense, and a configuration that changes all the time: at the end nothing is
/// left over. Runs 60 s if CI=true, else 5 s; MELTEMI_SOAK says otherwise, in seconds.
/// </summary>
public class SoakTests
{
    private const int Clients = 6;

    [Fact]
    public async Task Nothing_is_left_over_after_random_connects_resets_and_reloads()
    {
        await using var one = new AwesomeServer(name: "one").AddDemo();
        await using var two = new AwesomeServer(name: "two").AddDemo();
        var codec = new AwesomeRpcCodecFactory().Create(new CodecOptions());
        using var host = new ProxyHost(loops: 2, new DataPlaneOptions { Seed = 3 });
        Assert.Empty(host.Apply(Config(codec, one, two, 0)));
        var front = (IPEndPoint)host.DataPlane.Listeners.Single().Addresses.Single();

        using var stop = new CancellationTokenSource(Duration());
        var clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(seed => Task.Run(() => Behave(front, new Random(seed), stop.Token))));
        for (var version = 1; !clients.IsCompleted; version++)
        {
            Assert.Empty(host.Apply(Config(codec, one, two, version)));
            await Task.Delay(20);
        }

        var answered = await clients;
        Assert.All(answered, count => Assert.True(count > 0, "a client never got an answer"));

        await Until(() => host.DataPlane is { InFlight: 0, OpenConnections: 0 }, "requests or connections of clients are left over");
        Assert.True(await host.DrainAsync(TimeSpan.FromSeconds(30)));
        await Until(() => host.Loops.All(loop => loop.Gauges.OpenConnections == 0), "upstream connections are left over");
        host.WaitForLoops();
        Assert.Equal((0, 0), (host.Loops.Sum(loop => loop.Gauges.RentedBuffers), host.Loops.Sum(loop => loop.Gauges.ScheduledTimers)));
    }

    private static TimeSpan Duration()
    {
        var seconds = Environment.GetEnvironmentVariable("MELTEMI_SOAK") ?? (Environment.GetEnvironmentVariable("CI") == "true" ? "60" : "5");
        return TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
    }

    private static ProxyConfig Config(ICodec codec, AwesomeServer one, AwesomeServer two, int version)
    {
        var routes = new RouteConfig { Name = $"v{version}", Clusters = [new("one", (uint)(1 + version % 3)), new("two", 1)], Timeout = TimeSpan.FromSeconds(5) };
        var chain = new ProtocolChainConfig { StatPrefix = "soak", Codec = codec, Routes = new RouteTableConfig { Routes = [routes] } };
        return new ProxyConfig
        {
            Listeners = [new ListenerConfig { Name = "front", Addresses = [new IPEndPoint(IPAddress.Loopback, 0)], Chain = chain }],
            Clusters = [Cluster("one", one, TimeSpan.FromSeconds(1 + version % 2)), Cluster("two", two, TimeSpan.FromSeconds(1))],
        };
    }

    // One cluster changes with every other version, so that its connections are drained under load.
    private static ClusterConfig Cluster(string name, AwesomeServer server, TimeSpan connectTimeout) => new()
    {
        Name = name,
        ConnectTimeout = connectTimeout,
        Endpoints = [new EndpointConfig { Address = new IPEndPoint(IPAddress.Loopback, server.Port) }],
    };

    private static async Task<int> Behave(IPEndPoint proxy, Random random, CancellationToken stop)
    {
        var answered = 0;
        while (!stop.IsCancellationRequested)
        {
            if (random.Next(4) == 0) await Misbehave(proxy, random);
            else answered += await Ask(proxy, random);
        }

        return answered;
    }

    private static async Task<int> Ask(IPEndPoint proxy, Random random)
    {
        await using var client = await AwesomeClient.ConnectAsync(proxy.Address.ToString(), proxy.Port);
        var answered = 0;
        for (var round = random.Next(1, 6); round > 0; round--)
        {
            var texts = Enumerable.Range(0, random.Next(1, 20)).Select(i => new string((char)('a' + i), random.Next(1, 3000))).ToArray();
            var answers = await Task.WhenAll(texts.Select(text => client.CallAsync("echo", text)));
            Assert.Equal(texts, answers.Select(answer => answer.Text));
            answered += texts.Length;
        }

        return answered;
    }

    private static async Task Misbehave(IPEndPoint proxy, Random random)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(proxy);
        var request = MemoryMesh.Request(1, "slow", ("delay", "20")).ToBytes();
        if (random.Next(3) == 0) random.NextBytes(request);
        await socket.SendAsync(request.AsMemory(0, random.Next(1, request.Length + 1)));
        if (random.Next(2) == 0) socket.LingerState = new LingerOption(true, 0);
    }

    private static async Task Until(Func<bool> state, string otherwise)
    {
        for (var clock = Stopwatch.StartNew(); !state(); await Task.Delay(10)) Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), otherwise);
    }
}
