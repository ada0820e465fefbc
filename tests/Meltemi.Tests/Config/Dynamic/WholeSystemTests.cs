using System.Net;
using DubboService;
using Envoy.Config.Core.V3;
using Meltemi.Codec;
using Meltemi.Program;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Tests.Support;
using Meltemi.Xds.Server;
using ThriftService;
using static Meltemi.Tests.Config.Dynamic.Resources;
using ServedBy = DubboService.ServedBy;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>Proxy, xDS server and services over real sockets.</summary>
public sealed class WholeSystemTests : LoggedTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("meltemi-whole-");

    [Fact]
    public async Task Routes_and_endpoints_change_under_traffic_without_a_failed_request_or_a_new_connection()
    {
        await using var one = new DubboServer(new GreetingService("v1", "a").HandleAsync);
        await using var two = new DubboServer(new GreetingService("v2", "b").HandleAsync);
        await using var three = new DubboServer(new GreetingService("v2", "c").HandleAsync);
        await using var controller = await Controller.StartAsync(
            resources: [EdsCluster("v1"), At("v1", one.Port), EdsCluster("v2"), At("v2", two.Port), Listener("dubbo"), RoutesOf("routes", "v1")]);
        await using var proxy = await Proxy.StartAsync(controller.Port, _state.FullName, Log);
        await using var load = await Load.StartAsync(proxy.PortOf("front"), clients: 4);

        await load.UntilAsync(by => by == new ServedBy("v1", "a"), times: 50);
        controller.Put(RoutesOf("routes", "v2"));
        await load.UntilAsync(by => by == new ServedBy("v2", "b"), times: 50);
        controller.Put(At("v2", three.Port));
        await load.UntilAsync(by => by == new ServedBy("v2", "c"), times: 50);
        controller.Put(EdsCluster("v1", "connect_timeout: 1s"), RoutesOf("routes", "v1"));
        await load.UntilAsync(by => by.Version == "v1", times: 50);
        await load.StopAsync();

        Assert.Equal(4, proxy.Host.DataPlane.Metrics.Figure("listener.front.downstream_cx_total"));
        Assert.Empty(controller.Refusals);
    }

    [Fact]
    public async Task What_is_refused_is_told_with_its_reason_and_changes_nothing()
    {
        await using var one = new DubboServer(new GreetingService("v1", "a").HandleAsync);
        await using var controller = await Controller.StartAsync(
            resources: [EdsCluster("v1"), At("v1", one.Port), Listener("dubbo"), RoutesOf("routes", "v1")]);
        await using var proxy = await Proxy.StartAsync(controller.Port, _state.FullName, Log);
        await using var load = await Load.StartAsync(proxy.PortOf("front"), clients: 1);

        controller.Put(Listener("duboo"), Yaml(XdsTypes.Cluster, "v1", "{ name: v1, type: ORIGINAL_DST }"));
        await Until(() => controller.Refusals.Count >= 2);
        Assert.Contains("v1: lb_policy: a cluster of type ORIGINAL_DST needs CLUSTER_PROVIDED: there is nothing to choose", controller.Refusals);
        Assert.Contains(controller.Refusals, reason => reason.StartsWith(
            "front: filter_chains[0].filters[0].typed_config.protocol.name: there is no protocol 'duboo'; known are dubbo, thrift", StringComparison.Ordinal));
        await load.UntilAsync(by => by.Version == "v1", times: 20);
        await load.StopAsync();
        Assert.Contains("\"details\": \"lb_policy: a cluster of type ORIGINAL_DST needs CLUSTER_PROVIDED: there is nothing to choose\"", proxy.Dump());
    }

    [Fact]
    public async Task A_controller_that_goes_away_is_not_missed_and_is_followed_again_when_it_is_back()
    {
        await using var one = new DubboServer(new GreetingService("v1", "a").HandleAsync);
        await using var two = new DubboServer(new GreetingService("v2", "b").HandleAsync);
        await using var controller = await Controller.StartAsync(
            resources: [EdsCluster("v1"), At("v1", one.Port), EdsCluster("v2"), At("v2", two.Port), Listener("dubbo"), RoutesOf("routes", "v1")]);
        await using var proxy = await Proxy.StartAsync(controller.Port, _state.FullName, Log);
        await using var load = await Load.StartAsync(proxy.PortOf("front"), clients: 2);

        await controller.StopAsync();
        await Until(() => proxy.Host.DataPlane.Metrics.Figure("control_plane.connected_state") == 0);
        await load.UntilAsync(by => by.Version == "v1", times: 20);
        controller.Put(RoutesOf("routes", "v2"));
        await controller.StartAsync();
        await load.UntilAsync(by => by.Version == "v2");
        await load.StopAsync();
        Assert.Equal(2, proxy.Host.DataPlane.Metrics.Figure("listener.front.downstream_cx_total"));
        Assert.Equal(1, proxy.Host.DataPlane.Metrics.Figure("listener_manager.listener_added"));
    }

    [Fact]
    public async Task A_proxy_starts_with_what_it_had_while_there_is_no_controller_and_without_it_if_the_file_is_damaged()
    {
        await using var one = new DubboServer(new GreetingService("v1", "a").HandleAsync);
        var controller = await Controller.StartAsync(resources: [EdsCluster("v1"), At("v1", one.Port), Listener("dubbo"), RoutesOf("routes", "v1")]);
        await using (await Proxy.StartAsync(controller.Port, _state.FullName, Log)) await Until(() => _state.GetFiles("*.state").Length == 1);
        var file = _state.GetFiles("*.state").Single().FullName;
        await controller.DisposeAsync();

        await using (var proxy = await Proxy.StartAsync(controller.Port, _state.FullName, Log))
        {
            await using var load = await Load.StartAsync(proxy.PortOf("front"), clients: 1);
            await load.UntilAsync(by => by.Version == "v1", times: 10);
            await load.StopAsync();
            Assert.Contains(Logged, entry => entry.Message.StartsWith("starting with the configuration that was accepted ", StringComparison.Ordinal));
        }

        var content = await File.ReadAllBytesAsync(file);
        content[100]++;
        await File.WriteAllBytesAsync(file, content);
        await using var empty = await Proxy.StartAsync(controller.Port, _state.FullName, Log, live: false);
        Assert.Empty(empty.Host.DataPlane.Listeners);
        Assert.Contains(Logged, entry => entry.Level == LogLevel.Warning && entry.Message.EndsWith("is ignored: its checksum is wrong", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_has_only_the_older_protocol_is_followed_too(bool deltaFirst)
    {
        await using var one = new GreeterServer("v1", "a");
        await using var two = new GreeterServer("v2", "b");
        await using var controller = await Controller.StartAsync(
            hasNoDelta: true, EdsCluster("v1"), At("v1", one.Port), EdsCluster("v2"), At("v2", two.Port), Listener("thrift"), RoutesOf("routes", "v1"));
        await using var proxy = await Proxy.StartAsync(controller.Port, _state.FullName, Log, delta: deltaFirst);
        using var client = await GreeterClient.ConnectAsync("127.0.0.1", proxy.PortOf("front"));
        Assert.Equal("v1", (await client.SayHelloAsync("Ann")).Version);
        controller.Put(RoutesOf("routes", "v2"));
        await Until(async () => (await client.SayHelloAsync("Ann")).Version == "v2");
        controller.Put(At("v2", one.Port));
        await Until(async () => (await client.SayHelloAsync("Ann")).Version == "v1");
        Assert.Contains(Logged, entry => entry.Message.EndsWith("(ads), state of the world", StringComparison.Ordinal));
    }

    public override void Dispose()
    {
        _state.Delete(recursive: true);
        base.Dispose();
    }

    private static XdsResource Listener(string protocol) => ListenerOf("front", 0, "routes", more: $"protocol: {{ name: {protocol} }}");

    private static XdsResource At(string cluster, int port) => EndpointsOf(cluster, new IPEndPoint(IPAddress.Loopback, port));

    private static Task Until(Func<bool> state) => Until(() => Task.FromResult(state()));

    private static async Task Until(Func<Task<bool>> state)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await state()) await Task.Delay(10, limit.Token);
    }

    /// <summary>A proxy that follows a controller.</summary>
    private sealed class Proxy(ProxyHost host, ControlPlaneSession session) : IAsyncDisposable
    {
        public ProxyHost Host => host;

        public static async Task<Proxy> StartAsync(int controller, string stateDirectory, Log log, bool live = true, bool delta = true)
        {
            var host = new ProxyHost(2, new DataPlaneOptions { Log = log });
            var ads = new SourceConfig();
            var config = new DynamicConfig
            {
                Node = new Node { Id = "sidecar~127.0.0.1~p.default~default.svc.cluster.local" },
                Ads = new() { Servers = [new(null, $"127.0.0.1:{controller}")], Delta = delta },
                Listeners = ads,
                Clusters = ads,
            };
            var codecs = new CodecRegistry().Add(new DubboCodecFactory()).Add(new ThriftCodecFactory());
            var isLive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var session = new ControlPlaneSession(host, codecs, config, stateDirectory, () => isLive.TrySetResult(), log);
            Assert.Empty(session.Start(new ProxyConfig()));
            if (live) await isLive.Task.WaitAsync(Limit);
            return new Proxy(host, session);
        }

        public int PortOf(string listener) => ((IPEndPoint)host.DataPlane.FindListener(listener)!.Addresses.Single()).Port;

        public string Dump() => Meltemi.Proxy.Admin.ConfigDump.Write(host.DataPlane.Config, session.Status());

        public async ValueTask DisposeAsync()
        {
            await session.DisposeAsync();
            host.Dispose();
        }
    }

    /// <summary>Clients that call without a pause, each on one connection that it never gives up.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<DubboClient> _clients = [];
        private Task[] _running = [];
        private volatile Expectation? _expected;

        public static async Task<Load> StartAsync(int port, int clients)
        {
            var load = new Load();
            for (var i = 0; i < clients; i++) load._clients.Add(await DubboClient.ConnectAsync("127.0.0.1", port));
            load._running = [.. load._clients.Select(client => Task.Run(() => load.RunAsync(client)))];
            return load;
        }

        /// <summary>Completes once so many answers were such; fails with the first call that fails.</summary>
        public async Task UntilAsync(Func<ServedBy, bool> answer, int times = 1)
        {
            var expected = _expected = new Expectation(answer, times);
            var ended = Task.WhenAny(_running);
            if (await Task.WhenAny(expected.Met.Task, ended).WaitAsync(Limit) == ended) await await ended;
        }

        /// <summary>Ends; fails if a call did, or a connection was lost.</summary>
        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_running);
            Assert.DoesNotContain(_clients, client => client.Closed.IsCompleted);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            foreach (var client in _clients) await client.DisposeAsync();
            _stop.Dispose();
        }

        private async Task RunAsync(DubboClient client)
        {
            var greeting = new GreetingClient(client);
            while (!_stop.IsCancellationRequested)
            {
                var by = await greeting.CallAsync(GreetingService.SayHello, "Ann", "ann");
                _expected?.Note(by);
            }
        }

        private sealed class Expectation(Func<ServedBy, bool> answer, int times)
        {
            private int _left = times;

            public TaskCompletionSource Met { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public void Note(ServedBy by)
            {
                if (answer(by) && Interlocked.Decrement(ref _left) == 0) Met.TrySetResult();
            }
        }
    }
}
