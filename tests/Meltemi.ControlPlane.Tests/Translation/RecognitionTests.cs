using System.Collections.Immutable;
using System.Text.Json;
using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Meltemi.Codec;
using Meltemi.ControlPlane.Tests.Push;
using Meltemi.Protocols;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Translation;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Server;
using Declared = Meltemi.Resources.Aeraki.ApplicationProtocol;

namespace Meltemi.ControlPlane.Tests.Translation;

/// <summary>Ports that speak several protocols.</summary>
public sealed class RecognitionTests
{
    private const string Annotation = "protocols.meltemi.org/20880";

    private static readonly CodecRegistry Codecs = BuiltInProtocols.Register(new CodecRegistry())
        .Add(new FakeCodec("acmerpc", Certainty.Sure)).Add(new FakeCodec("mute", Certainty.None));

    private readonly TestMesh _mesh = new(codecs: new(Codecs));

    [Fact]
    public void Auto_stands_for_all_that_can_be_recognised()
    {
        var (listener, proxy) = Listen(Given.Service("a.org", port: "auto-rpc"));

        var recognition = Run(listener).Recognition!;
        Assert.Equal(BuiltInProtocols.All.Select(factory => factory.Names[0]), recognition.Chains.Select(chain => chain.Name));
        Assert.Equal((TimeSpan.Zero, false), (recognition.Timeout, recognition.FallBackAfterTimeout));
        Assert.All(listener.FilterChains, chain => Assert.Equal("a.org_20880", chain.Filters[0].TypedConfig.Unpack<MetaProtocolProxy>().Rds.RouteConfigName));
        Assert.Equal("outbound|20880||a.org", listener.DefaultFilterChain.Filters[0].TypedConfig.Unpack<TcpProxy>().Cluster);
        Assert.Equal(["a.org_20880"], proxy.Names(XdsTypes.Route));
    }

    [Fact]
    public void An_annotation_names_the_protocols_and_the_limit_of_silence()
    {
        var (listener, _) = Listen(Annotated(Given.Service("a.org", port: "tcp-x"), (Annotation, "Dubbo, thrift, tcp"), ("protocols.meltemi.org/timeout", "1500ms")));

        var recognition = Run(listener).Recognition!;
        Assert.Equal(["dubbo", "thrift"], recognition.Chains.Select(chain => chain.Name));
        Assert.Equal((TimeSpan.FromSeconds(1.5), true), (recognition.Timeout, recognition.FallBackAfterTimeout));
        Assert.Empty(_mesh.AllProblems());
    }

    [Fact]
    public void The_port_may_be_named_by_its_name_and_the_annotation_comes_and_goes()
    {
        var plain = Given.Service("a.org", port: "tcp-x");
        var (listener, _) = Listen(Annotated(plain, ("protocols.meltemi.org/tcp-x", "bolt")));
        Assert.Equal("bolt", Assert.Single(Run(listener).Recognition!.Chains).Name);

        (listener, _) = Listen(plain);
        Assert.Null(Run(listener).Recognition);
        Assert.IsType<TcpChainConfig>(Run(listener).Chain);
    }

    [Fact]
    public void A_declared_protocol_is_one_of_all_and_two_names_of_one_codec_are_one()
    {
        var (listener, _) = Listen(
            Given.Service("a.org", port: "tcp-metaprotocol-auto"), Protocol("acmerpc", "acmerpc"), Protocol("orders", "aeraki.meta_protocol.codec.dubbo"),
            Protocol("strange", "known.to.proxies.only"));

        var names = Run(listener).Recognition!.Chains.Select(chain => chain.Name).ToArray();
        Assert.Contains("acmerpc", names);
        Assert.Contains("dubbo", names);
        Assert.DoesNotContain("orders", names);
        Assert.DoesNotContain("strange", names);
    }

    [Fact]
    public void A_name_of_ones_own_is_served_by_its_codec()
    {
        var (listener, _) = Listen(Annotated(Given.Service("a.org"), (Annotation, "orders")), Protocol("orders", "aeraki.meta_protocol.codec.dubbo"));

        var chain = Assert.Single(Run(listener).Recognition!.Chains);
        Assert.Equal(("orders", "dubbo"), (chain.Name, chain.Protocols[0].Info.Name));
    }

    [Fact]
    public void The_side_of_the_server_recognises_too()
    {
        _mesh.Put(Annotated(Given.Service("a.org", port: "tcp-x", endpoints: ["10.9.0.1"]), (Annotation, "dubbo, tars")));
        var listener = _mesh.Connect(ip: "10.9.0.1", metadata: ("MELTEMI_INBOUND", "true")).Get<Listener>(XdsTypes.Listener, "10.9.0.1_20880");

        var running = Run(listener);
        Assert.Equal(["dubbo", "tars"], running.Recognition!.Chains.Select(chain => chain.Name));
        Assert.Equal("inbound|20880||", Assert.IsType<TcpChainConfig>(running.Chain).Clusters[0].Name);
        Assert.Equal("inbound|20880||", Assert.IsType<ProtocolChainConfig>(running.Recognition.Chains[1].Chain).Routes.Routes[0].Clusters[0].Name);
    }

    [Fact]
    public void A_router_is_for_all_protocols_of_the_port_and_a_virtual_service_for_the_bytes()
    {
        var (_, proxy) = Listen(
            Annotated(Given.Service("a.org", port: "tcp-x"), (Annotation, "dubbo, thrift")), Given.Service("b.org", port: "tcp-x"),
            Given.Router("a.org", to: ("b.org", "", 100)),
            Given.Of(ResourceKinds.VirtualService, "shop", "v", new VirtualService
            {
                Hosts = { "a.org" },
                Tcp = { new TCPRoute { Route = { new RouteDestination { Destination = new() { Host = "b.org" } } } } },
            }));

        var listener = proxy.Get<Listener>(XdsTypes.Listener, Name());
        Assert.Equal("outbound|20880||b.org", Assert.IsType<TcpChainConfig>(Run(listener).Chain).Clusters[0].Name);
        var routes = proxy.Get<Envoy.Config.Route.V3.RouteConfiguration>(XdsTypes.Route, "a.org_20880");
        Assert.Equal("outbound|20880||b.org", routes.VirtualHosts[0].Routes[0].Route_.Cluster);
        Assert.DoesNotContain(_mesh.AllProblems(), problem => problem.ToString()!.Contains("no effect", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Annotation, "dubbo, acme", "nothing is known of the protocol 'acme'")]
    [InlineData(Annotation, "dubbo, mute", "'mute' cannot be recognised")]
    [InlineData(Annotation, " , tcp", "no effect: expected protocols")]
    [InlineData("protocols.meltemi.org/1", "dubbo", "no effect: there is no port '1'")]
    [InlineData("protocols.meltemi.org/timeout", "soon", "expected a duration up to 1h such as 2s or 500ms; 'soon' is ignored")]
    public void What_is_wrong_stands_in_the_status(string annotation, string value, string problem)
    {
        var service = Annotated(Given.Service("a.org", port: "auto"), (annotation, value));
        var (listener, _) = Listen(service, Protocol("mute", "mute"));

        var found = Assert.Single(_mesh.ProblemsOf(service));
        Assert.Contains(problem, found.ToString());
        Assert.Contains($"metadata.annotations[{annotation}]", found.ToString());
        Assert.Contains("dubbo", Run(listener).Recognition!.Chains.Select(chain => chain.Name)); // the rest is served
    }

    private static Resource Annotated(Resource resource, params (string Key, string Value)[] annotations) => resource with
    {
        Meta = resource.Meta with { Annotations = annotations.ToImmutableDictionary(pair => pair.Key, pair => pair.Value) },
        Json = JsonSerializer.SerializeToUtf8Bytes(annotations.ToDictionary(pair => pair.Key, pair => pair.Value)), // the text is another
    };

    private static Resource Protocol(string name, string codec) =>
        Given.Of(ResourceKinds.ApplicationProtocol, "", name, new Declared { Protocol = name, Codec = codec });

    private string Name() => $"{_mesh.Model.FindHost("a.org")!.Services[0].AllocatedAddress}_20880";

    private (Listener Listener, TestProxy Proxy) Listen(params Resource[] resources)
    {
        var proxy = _mesh.Put(resources).Connect();
        return (proxy.Get<Listener>(XdsTypes.Listener, Name()), proxy);
    }

    /// <summary>The listener as a proxy runs it, which has nothing to say against it.</summary>
    private static ListenerConfig Run(Listener listener)
    {
        var problems = new ProblemList();
        var config = ListenerTranslator.Translate(listener, new TranslationContext(problems, Codecs) { IsDynamic = true }, "listener");
        Assert.Empty(problems.ToSorted().Select(problem => problem.ToString()));
        return config!;
    }

    /// <summary>A codec that says what it can and is never asked to read a byte.</summary>
    private sealed class FakeCodec(string name, Certainty certainty) : ICodecFactory, ICodec
    {
        public IReadOnlyList<string> Names { get; } = [name];

        public CodecInfo Info { get; } = new() { Name = name, Certainty = certainty, OrderedAnswers = true, PoolMode = PoolMode.OneAtATime };

        public ICodec Create(CodecOptions options) => this;

        public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) => throw new NotSupportedException();

        public AttributeReader Bind(AttributeKeys keys, Origin origin) => throw new NotSupportedException();

        public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, System.Buffers.IBufferWriter<byte> output) =>
            throw new NotSupportedException();
    }
}
