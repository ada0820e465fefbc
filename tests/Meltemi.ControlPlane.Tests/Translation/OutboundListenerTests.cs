using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Meltemi.ControlPlane.Tests.Push;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Xds.Server;
using Declared = Meltemi.Resources.Aeraki.ApplicationProtocol;

namespace Meltemi.ControlPlane.Tests.Translation;

public sealed class OutboundListenerTests
{
    [Fact]
    public void A_request_protocol_is_served_by_the_meta_protocol_filter_with_routes_by_rds()
    {
        var (listener, _) = Listen(Given.Dubbo);

        var filter = listener.FilterChains[0].Filters[0];
        var proxy = filter.TypedConfig.Unpack<MetaProtocolProxy>();
        Assert.Equal("aeraki.meta_protocol_proxy", filter.Name);
        Assert.Equal(("a.org_20880", "dubbo", "aeraki.meta_protocol.codec.dubbo"), (proxy.Rds.RouteConfigName, proxy.Protocol.Name, proxy.Protocol.Codec.Name));
        Assert.NotNull(proxy.Rds.ConfigSource.Ads);
        Assert.Equal("aeraki.meta_protocol.filters.router", proxy.MetaProtocolFilters[^1].Name);
    }

    [Theory]
    [InlineData("tcp-x")]
    [InlineData("http")]
    [InlineData("grpc")]
    [InlineData("tcp-metaprotocol-unheard")]
    public void Everything_else_is_passed_on_as_bytes(string port)
    {
        var (listener, proxy) = Listen(port);

        Assert.Equal("outbound|20880||a.org", listener.FilterChains[0].Filters[0].TypedConfig.Unpack<TcpProxy>().Cluster);
        Assert.Empty(proxy.Names(XdsTypes.Route));
    }

    [Fact]
    public void A_declared_protocol_has_its_codec_and_what_that_is_told()
    {
        var config = new Google.Protobuf.WellKnownTypes.Struct();
        config.Fields["x"] = Google.Protobuf.WellKnownTypes.Value.ForNumber(1);
        var (listener, _) = Listen("tcp-metaprotocol-trpc", Given.Of(ResourceKinds.ApplicationProtocol, "", "trpc", new Declared { Protocol = "trpc", Codec = "my.codec", Config = config }));

        var codec = listener.FilterChains[0].Filters[0].TypedConfig.Unpack<MetaProtocolProxy>().Protocol.Codec;

        Assert.Equal("my.codec", codec.Name);
        Assert.Equal(1, codec.Config.Unpack<Google.Protobuf.WellKnownTypes.Struct>().Fields["x"].NumberValue);
    }

    [Fact]
    public void A_proxy_without_interception_listens_only_where_it_can()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org", with: entry => entry.Addresses.Add(["10.1.1.1", "127.0.0.9"])), Given.Service("u.org", port: "udp"));

        Assert.Equal(["127.0.0.9_20880"], mesh.Connect().Listeners);
        var intercepting = mesh.Connect(metadata: ("INTERCEPTION_MODE", "REDIRECT"));
        Assert.Equal(["10.1.1.1_20880", "127.0.0.9_20880"], intercepting.Listeners);
        Assert.False(intercepting.Get<Listener>(XdsTypes.Listener, "10.1.1.1_20880").BindToPort);
    }

    [Fact]
    public void Of_two_services_at_one_address_and_port_the_older_is_served_there()
    {
        var mesh = new TestMesh().Put(At("young.org", 2), At("old.org", 1));
        var proxy = mesh.Connect();
        Assert.Equal("old.org", Served());

        mesh.Delete(At("old.org", 1));
        Assert.Equal("young.org", Served());

        static Resource At(string host, int age) => Given.Service(host, age: age, port: "tcp-x", with: entry => entry.Addresses.Add("127.0.0.9"));
        string Served() => proxy.Get<Listener>(XdsTypes.Listener, "127.0.0.9_20880").FilterChains[0].Filters[0].TypedConfig.Unpack<TcpProxy>().Cluster.Split('|')[^1];
    }

    private static (Listener Listener, TestProxy Proxy) Listen(string port, params Resource[] more)
    {
        var mesh = new TestMesh().Put([Given.Service("a.org", port: port), .. more]);
        var proxy = mesh.Connect();
        var name = $"{mesh.Model.FindHost("a.org")!.Services[0].AllocatedAddress}_20880";
        return (proxy.Get<Listener>(XdsTypes.Listener, name), proxy);
    }
}
