using Meltemi.Bench.Lab.Arms;
using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Protocols;
using Meltemi.Bench.Lab.Upstream;
using Meltemi.Codec;
using Meltemi.Protocols;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;

namespace Meltemi.Tests.Bench;

/// <summary>The lab's messages and configuration, as the proxy's own codecs, loader and router see them.</summary>
public class MeltemiBootstrapTests
{
    private static readonly Dictionary<Lane, int> Listen = Lane.All.Index().ToDictionary(lane => lane.Item, lane => 1001 + lane.Index);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_bootstrap_loads_without_a_complaint(bool policies)
    {
        var result = Load(policies ? IdlePolicies.All : null);

        Assert.Empty(result.Problems);
        Assert.Equal(Listen.Values, result.Config!.Listeners.Select(listener => ((System.Net.IPEndPoint)listener.Addresses[0]).Port));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(120_000)]
    public void Requests_take_the_route_that_leads_to_the_upstream(int argumentLength)
    {
        Assert.Equal("dubbo", RouteOf("dubbo", Dubbo.Template(argumentLength, echo: true).Frame));
        Assert.Equal("thrift", RouteOf("thrift", Thrift.Template(argumentLength, echo: true).Frame));
        Assert.Equal("thrift-shared", RouteOf("thrift-shared", Thrift.Template(argumentLength, echo: true).Frame));
        Assert.Equal("bolt-described", RouteOf("bolt-described", Bolt.Template(argumentLength, echo: true).Frame));
        Assert.Equal("bolt", RouteOf("bolt", Bolt.Template(argumentLength, echo: true).Frame));
    }

    [Fact]
    public void Only_one_cluster_departs_from_what_its_protocol_does()
    {
        var modes = Load().Config!.Clusters.ToDictionary(cluster => cluster.Name, cluster => cluster.PoolMode);

        Assert.Equal(PoolMode.Multiplexed, modes["thrift-shared"]);
        Assert.Equal(["thrift-shared"], modes.Where(mode => mode.Value is not null).Select(mode => mode.Key));
    }

    [Fact]
    public void A_request_of_another_user_takes_none()
    {
        var frame = Dubbo.Template(40, echo: true).Frame;
        frame[frame.AsSpan().IndexOf("gold"u8)] = (byte)'b';

        Assert.Null(RouteOf("dubbo", frame));
    }

    [Fact]
    public void The_upstreams_answers_are_good_answers()
    {
        AnswerIsOk<Dubbo>("dubbo");
        AnswerIsOk<Thrift>("thrift");
        AnswerIsOk<Bolt>("bolt");
        AnswerIsOk<Bolt>("bolt-described");
    }

    private static void AnswerIsOk<TProtocol>(string protocol)
        where TProtocol : struct, IWireProtocol
    {
        var request = TProtocol.Template(40, echo: true).Frame;
        TProtocol.WriteId(request, 5);
        var answer = new byte[request.Length + IWireProtocol.AnswerExtra];
        var length = TProtocol.WriteAnswer(request, answer);

        var frame = Decode(Chain(protocol).Codec, answer.AsSpan(0, length), Origin.Server);

        Assert.Equal(MessageKind.Response, frame.Kind);
        Assert.Equal(AnswerStatus.Ok, frame.Status);
        Assert.Equal(length, frame.Length);
    }

    private static string? RouteOf(string protocol, byte[] request)
    {
        var chain = Chain(protocol);
        var frame = Decode(chain.Codec, request, Origin.Client);
        Assert.Equal(MessageKind.Request, frame.Kind);
        Assert.Equal(request.Length, frame.Length);

        var keys = new AttributeKeys(RouteTable.WantedKeys(chain.Routes));
        var values = new AttributeValues();
        values.Reset(keys);
        Assert.True(chain.Codec.Bind(keys, Origin.Client).Read(request, frame, values));
        return RouteTable.Compile(chain.Routes, keys).Match(request, values)?.Name;
    }

    private static Frame Decode(ICodec codec, ReadOnlySpan<byte> bytes, Origin origin)
    {
        var frame = default(Frame);
        Assert.Equal(DecodeStatus.Complete, codec.Decode(bytes, origin, codec.NewConnectionState(origin), ref frame).Status);
        return frame;
    }

    private static ProtocolChainConfig Chain(string protocol) =>
        (ProtocolChainConfig)Load().Config!.Listeners.Single(listener => listener.Name == protocol).Chain!;

    private static Proxy.Config.LoadResult Load(IdlePolicies? policies = null)
    {
        var yaml = MeltemiBootstrap.Yaml(
            Listen, new ServicePorts(Enum.GetValues<ProtocolKind>().ToDictionary(protocol => protocol, protocol => 2001 + (int)protocol)), 3001, policies ?? IdlePolicies.None);
        return BootstrapLoader.LoadText(yaml, BuiltInProtocols.Register(new CodecRegistry()));
    }
}
