using System.Threading.Channels;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Tests.Support;
using Meltemi.Xds.Client;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;
using XdsClient = Meltemi.Xds.Client.XdsClient;

namespace Meltemi.Tests.Xds.Client;

/// <summary>The life of a client over many streams.</summary>
public sealed class XdsClientTests : IAsyncDisposable
{
    private readonly ManualTimers _time = new();
    private readonly SerialQueue _queue;
    private readonly Notes _notes = new();
    private readonly ScriptedServer[] _servers = [new("a"), new("b"), new("c")];
    private XdsClient? _client;

    public XdsClientTests() => _queue = new SerialQueue(e => _notes.Write(e.Message), _time);

    [Fact]
    public async Task What_is_subscribed_later_is_asked_for_on_the_open_stream()
    {
        await StartAsync(1);
        var stream = await _servers[0].Delta();
        Assert.Equal(XdsTypes.Cluster, (await stream.Request()).TypeUrl);
        stream.Respond(Clusters("1", "a"));
        Assert.Equal("connected a delta", await _notes.Next());
        Assert.Equal("a", await _notes.Next());
        Assert.Equal("1", (await stream.Request()).ResponseNonce);

        await _queue.RunAsync(() => Subscribe("e1", "e2"));
        Assert.Equal(["e1", "e2"], (await stream.Request()).ResourceNamesSubscribe);
    }

    [Fact]
    public async Task A_server_without_delta_is_talked_to_in_the_older_protocol_at_once()
    {
        _servers[0].HasNoDelta = true;
        await StartAsync(1);
        var stream = await _servers[0].Older();
        _ = await stream.Request();
        stream.Respond(new DiscoveryResponse { TypeUrl = XdsTypes.Cluster, Nonce = "n", VersionInfo = "7" });
        Assert.Equal("connected a older", await _notes.Next());
        Assert.Equal("", await _notes.Next());
        Assert.Equal("7", (await stream.Request()).VersionInfo);
        Assert.Equal(0, _time.ArmedCount);
    }

    [Fact]
    public async Task The_older_protocol_is_spoken_if_that_is_configured()
    {
        await StartAsync(1, delta: false);
        Assert.Equal("n", (await (await _servers[0].Older()).Request()).Node.Id);
    }

    [Fact]
    public async Task Servers_are_tried_in_turn_and_rounds_wait_longer_and_longer()
    {
        foreach (var server in _servers) server.IsDown = true;
        await StartAsync(3);
        for (var round = 0; round < 12; round++)
        {
            var tried = new List<string> { await _notes.Next(), await _notes.Next(), await _notes.Next() };
            Assert.Equal(["a down", "b down", "c down"], tried.Order());
            var bound = TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, round)));
            Assert.InRange(await _time.FireNext(), TimeSpan.Zero, bound);
        }
    }

    [Fact]
    public async Task The_wait_is_a_random_part_of_its_bound()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), new Random(7));
        for (var i = 0; i < 10; i++) _ = backoff.Next();
        var waits = Enumerable.Range(0, 1000).Select(_ => backoff.Next().TotalSeconds).ToList();
        Assert.InRange(waits.Average(), 14, 16);
        Assert.True(waits.Min() < 1 && waits.Max() is > 29 and <= 30);
        backoff.Reset();
        Assert.True(backoff.Next() <= TimeSpan.FromSeconds(1));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task After_an_outage_another_server_is_asked_for_what_is_different()
    {
        await StartAsync(1);
        var stream = await _servers[0].Delta();
        _ = await stream.Request();
        stream.Respond(Clusters("1", "a", "b"));
        Assert.Equal(["connected a delta", "a b"], [await _notes.Next(), await _notes.Next()]);
        _ = await stream.Request();
        stream.Fail(GrpcStatusCode.Unavailable);
        Assert.Equal("a ended", await _notes.Next());
        await stream.Disposed;
        Assert.InRange(await _time.FireNext(), TimeSpan.Zero, TimeSpan.FromSeconds(1));

        stream = await _servers[0].Delta();
        var first = await stream.Request();
        Assert.Equal(("n", "v-a", "v-b"), (first.Node.Id, first.InitialResourceVersions["a"], first.InitialResourceVersions["b"]));
        stream.Respond(new DeltaDiscoveryResponse { TypeUrl = XdsTypes.Cluster, Nonce = "1", RemovedResources = { "b" } });
        Assert.Equal(["connected a delta", "-b"], [await _notes.Next(), await _notes.Next()]);
    }

    [Fact]
    public async Task What_is_given_up_and_wanted_again_before_the_server_heard_of_it_is_there_at_once()
    {
        await StartAsync(1);
        var stream = await _servers[0].Delta();
        _ = await stream.Request();
        await _queue.RunAsync(() => Subscribe("e"));
        _ = await stream.Request();
        stream.Respond(Response(XdsTypes.Endpoints, "1", "e"));
        Assert.Equal(["connected a delta", "e"], [await _notes.Next(), await _notes.Next()]);
        _ = await stream.Request();

        await _queue.RunAsync(() =>
        {
            _client!.Unsubscribe(XdsTypes.Endpoints, "e");
            return Subscribe("e");
        });
        Assert.Equal("e", await _notes.Next());
        await _queue.RunAsync(() => Subscribe("other"));
        DeltaDiscoveryRequest request;
        do request = await stream.Request(); while (request.ResourceNamesSubscribe.Count == 0);
        Assert.Equal((["other"], []), (request.ResourceNamesSubscribe, request.ResourceNamesUnsubscribe));
    }

    [Fact]
    public async Task What_was_saved_is_handed_over_and_named_to_the_server()
    {
        XdsResource saved = new(XdsTypes.Cluster, "a", "v-a", ByteString.CopyFromUtf8("a")), stranger = new(XdsTypes.Endpoints, "x", "1", ByteString.Empty);
        await StartAsync(1, before: client => client.Restore([stranger, saved]));
        Assert.Equal("a", await _notes.Next());
        Assert.Equal("", await _notes.Next());
        Assert.Equal("v-a", (await (await _servers[0].Delta()).Request()).InitialResourceVersions["a"]);
        Assert.Equal([saved], await _queue.RunAsync(() => _client!.Held.ToList()));
    }

    [Fact]
    public async Task A_mistake_while_taking_over_ends_the_stream_and_not_the_client()
    {
        await StartAsync(1);
        var stream = await _servers[0].Delta();
        _ = await stream.Request();
        _notes.Throws = true;
        stream.Respond(Clusters("1", "a"));
        Assert.Equal("connected a delta", await _notes.Next());
        Assert.Equal("a ended", await _notes.Next());
        await stream.Disposed;
        _notes.Throws = false;
        _ = await _time.FireNext();
        _ = await (await _servers[0].Delta()).Request();
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        await _queue.DisposeAsync();
        Assert.Null(_notes.TryNext());
    }

    private async Task StartAsync(int servers, bool delta = true, Action<XdsClient>? before = null)
    {
        var options = new XdsClientOptions { Node = new Node { Id = "n" }, Delta = delta, Random = new Random(1) };
        _client = new XdsClient(options, _servers[..servers], _notes, _queue);
        await _queue.RunAsync(() =>
        {
            _client.SubscribeAll(XdsTypes.Cluster);
            before?.Invoke(_client);
            return true;
        });
        _client.Start();
    }

    private bool Subscribe(params string[] names)
    {
        foreach (var name in names) _client!.Subscribe(XdsTypes.Endpoints, name);
        return true;
    }

    private static DeltaDiscoveryResponse Clusters(string nonce, params string[] names) => Response(XdsTypes.Cluster, nonce, names);

    private static DeltaDiscoveryResponse Response(string type, string nonce, params string[] names) => new()
    {
        TypeUrl = type,
        Nonce = nonce,
        Resources =
        {
            names.Select(name => new Resource
            {
                Name = name, Version = $"v-{name}", Resource_ = new Any { TypeUrl = type, Value = ByteString.CopyFromUtf8(name) },
            }),
        },
    };

    private sealed class Notes : IXdsHandler
    {
        private readonly Channel<string> _notes = Channel.CreateUnbounded<string>();

        public bool Throws { get; set; }

        public void Write(string note) => _notes.Writer.TryWrite(note);

        public async Task<string> Next() => await _notes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        public string? TryNext() => _notes.Reader.TryRead(out var note) ? note : null;

        public IReadOnlyList<XdsRejection> Received(XdsUpdate update)
        {
            if (Throws) throw new InvalidOperationException("a mistake");
            Write(string.Join(" ", update.Changed.Select(resource => resource.Name).Concat(update.Removed.Select(name => "-" + name))));
            return [];
        }

        public void Connected(string server, bool delta) => Write($"connected {server} {(delta ? "delta" : "older")}");

        public void Disconnected(string server, string reason, bool wasConnected) => Write($"{server} {(wasConnected ? "ended" : "down")}");
    }
}
