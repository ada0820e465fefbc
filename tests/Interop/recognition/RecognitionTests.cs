using System.Net;
using System.Net.Sockets;
using System.Text;
using Meltemi.Codec;
using Meltemi.Interop.Tests.Bolt;
using Meltemi.Interop.Tests.Dubbo;
using Meltemi.Interop.Tests.RateLimit;
using Meltemi.Interop.Tests.Support;
using Meltemi.Interop.Tests.Tars;
using Meltemi.Interop.Tests.Thrift;
using Meltemi.Protocols.Bolt;
using Meltemi.Protocols.Brpc;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Tars;
using Meltemi.Protocols.Thrift;
using Meltemi.Protocols.Trpc;
using Meltemi.Proxy.Config;
using StackExchange.Redis;

namespace Meltemi.Interop.Tests.Recognition;

/// <summary>One port for real clients of several protocols, and for those of none of them.</summary>
public sealed class RecognitionTests(DubboServers dubbo, ThriftServers thrift, BoltServers bolt, TarsServers tars)
    : IClassFixture<DubboServers>, IClassFixture<ThriftServers>, IClassFixture<BoltServers>, IClassFixture<TarsServers>
{
    private static readonly ICodecFactory[] Protocols =
        [new BoltCodecFactory(), new BrpcCodecFactory(), new DubboCodecFactory(), new TarsCodecFactory(), new ThriftCodecFactory(), new TrpcCodecFactory()];

    private static readonly ThriftDialect[] Dialects =
        [new("framed", "binary", false), new("buffered", "compact", false), new("header", "binary", true), new("framed", "binary-old", false), new("buffered", "binary-old", false)];

    [PeerFact(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift, Tools.Redis)]
    public async Task Dubbo_Thrift_Bolt_Tars_and_Redis_on_one_port_at_the_same_time()
    {
        await using var redis = await RedisServer.StartAsync();
        var log = Path.GetTempFileName();
        ClusterConfig[] clusters =
        [
            Mesh.Cluster("dubbo", (await dubbo.GetAsync(DubboPeers.SofaServer)).Address),
            Mesh.Cluster("thrift", (await thrift.GetAsync(ThriftPeers.Python, Dialects[0])).Address),
            Mesh.Cluster("bolt", (await bolt.GetAsync("server")).Address), Mesh.Cluster("tars", (await tars.GetAsync("server")).Address),
            Mesh.Cluster("others", IPEndPoint.Parse(redis.Address)),
        ];
        using (var mesh = OnOnePort(clusters, TimeSpan.Zero, log))
        {
            var runs = Task.WhenAll(
                DubboPeers.CallAsync(DubboPeers.Remoting, mesh.Port, DubboPeers.CasesOf(DubboPeers.Remoting, DubboPeers.SofaServer)),
                BoltPeers.CallAsync(mesh.Port, BoltPeers.Cases), TarsPeers.CallAsync(mesh.Port, TarsPeers.Cases));
            var calling = Task.WhenAll(ThriftAsync(ThriftPeers.Python, mesh.Port, Dialects[0]), ThriftAsync(ThriftPeers.Node, mesh.Port, Dialects[0]));
            await RedisAsync(mesh.Port);
            await calling;
            foreach (var run in await runs)
            {
                Assert.All(run.Results, result => Assert.True(result.Expected, result.ToString()));
                Assert.Equal(0, run.ExitCode);
            }

            foreach (var protocol in new[] { "dubbo", "bolt", "tars" }) Assert.InRange(mesh.Figure($"listener.front.protocol_inspector.{protocol}_found"), 1, 100);
            Assert.Equal(2, mesh.Figure("listener.front.protocol_inspector.thrift_found"));
            Assert.InRange(mesh.Figure("listener.front.protocol_inspector.not_found"), 1, 100);
            Assert.Equal((0, 0), (mesh.Figure("listener.front.no_filter_chain_match"), mesh.Figure("listener.front.downstream_cx_protocol_error")));
        }

        var protocols = (await File.ReadAllLinesAsync(log)).Distinct().Order();
        File.Delete(log);
        Assert.Equal(["bolt", "dubbo", "tars", "tcp", "thrift"], protocols);
    }

    [PeerFact(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    public async Task Every_dialect_of_Thrift_is_recognised()
    {
        foreach (var dialect in Dialects)
        {
            using var mesh = OnOnePort([Mesh.Cluster("thrift", (await thrift.GetAsync(ThriftPeers.Python, dialect)).Address)], TimeSpan.Zero);
            await ThriftAsync(ThriftPeers.Python, mesh.Port, dialect);
            Assert.Equal(1, mesh.Figure("listener.front.protocol_inspector.thrift_found"));
        }
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("v2-crc")]
    public async Task Every_dialect_of_Bolt_is_recognised(string dialect)
    {
        using var mesh = OnOnePort([Mesh.Cluster("bolt", (await bolt.GetAsync("server")).Address)], TimeSpan.Zero);
        var run = await BoltPeers.CallAsync(mesh.Port, "--dialect", dialect, "hello", "heartbeat");

        Assert.All(run.Results, result => Assert.True(result.Expected, result.ToString()));
        Assert.Equal(0, mesh.Figure("listener.front.protocol_inspector.not_found"));
    }

    [Fact]
    public async Task A_server_that_speaks_first_is_heard_after_the_time_limit()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var mesh = OnOnePort([Mesh.Cluster("others", (IPEndPoint)server.LocalEndpoint)], TimeSpan.FromMilliseconds(50));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, mesh.Port);
        using var accepted = await server.AcceptTcpClientAsync().WaitAsync(Safety.Limit);
        await accepted.GetStream().WriteAsync("220 ready\r\n"u8.ToArray());

        var greeting = new byte[11];
        await client.GetStream().ReadExactlyAsync(greeting).AsTask().WaitAsync(Safety.Limit);
        Assert.Equal("220 ready\r\n", Encoding.ASCII.GetString(greeting));
        Assert.Equal(1, mesh.Figure("listener.front.downstream_pre_cx_timeout"));
    }

    private static Mesh OnOnePort(ClusterConfig[] clusters, TimeSpan timeout, string? log = null) => Mesh.With(Protocols[0], [], clusters, listener => listener with
    {
        Chain = new TcpChainConfig { StatPrefix = "others", Clusters = [new("others", 1)], AccessLogs = Logs(log) },
        Recognition = new()
        {
            Chains = [.. Protocols.Select(factory => factory.Create(new CodecOptions())).Select(codec => new RecognisedChainConfig(codec.Info.Name, [codec], Chain(codec, log)))],
            Timeout = timeout,
            FallBackAfterTimeout = true,
        },
    });

    private static ProtocolChainConfig Chain(ICodec codec, string? log) => new()
    {
        StatPrefix = codec.Info.Name,
        Codec = codec,
        Routes = new RouteTableConfig { Routes = [Mesh.Route(codec.Info.Name)] },
        AccessLogs = Logs(log),
    };

    private static AccessLogConfig[] LogsOf(string? log) => log is null ? [] : [new() { Path = log, Format = "%PROTOCOL%\n" }];

    private static System.Collections.Immutable.ImmutableArray<AccessLogConfig> Logs(string? log) => [.. LogsOf(log)];

    private static async Task ThriftAsync(string language, int port, ThriftDialect dialect)
    {
        await using var client = await ThriftPeers.ConnectAsync(language, port, dialect);
        Assert.Equal(ThriftPeers.Python, (string?)(await client.CallAsync("""{"call": "who"}"""))["result"]);
        await client.EndAsync();
    }

    private static async Task RedisAsync(int port)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port}");
        var database = connection.GetDatabase();
        var large = new string('x', 300_000);
        await database.StringSetAsync("name", large);
        Assert.Equal(large, (string?)await database.StringGetAsync("name"));
    }
}
