using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources;

/// <summary>The protocol of a port, from its name and fields.</summary>
public class PortProtocolTests
{
    [Theory]
    [InlineData("tcp-metaprotocol-dubbo", PortProtocolKind.Application, "dubbo")]
    [InlineData("tcp-metaprotocol-thrift-hello", PortProtocolKind.Application, "thrift")]
    [InlineData("TCP-MetaProtocol-AwesomeRpc-x", PortProtocolKind.Application, "awesomerpc")]
    [InlineData("metaprotocol-mine", PortProtocolKind.Application, "mine")]
    [InlineData("tcp-metaprotocol", PortProtocolKind.Tcp, "tcp")]
    [InlineData("tcp-metaprotocol-", PortProtocolKind.Tcp, "tcp")]
    [InlineData("tcp-dubbo", PortProtocolKind.Application, "dubbo")]
    [InlineData("tcp-redis-cache", PortProtocolKind.Application, "redis")]
    [InlineData("tcp-http", PortProtocolKind.Tcp, "tcp")]
    [InlineData("tcp-orders", PortProtocolKind.Tcp, "tcp")]
    [InlineData("tcp", PortProtocolKind.Tcp, "tcp")]
    [InlineData("thrift", PortProtocolKind.Application, "thrift")]
    [InlineData("dubbo-orders", PortProtocolKind.Application, "dubbo")]
    [InlineData("redis", PortProtocolKind.Application, "redis")]
    [InlineData("grpc-x", PortProtocolKind.Grpc, "grpc")]
    [InlineData("grpc-web-x", PortProtocolKind.Http, "grpc-web")]
    [InlineData("http2", PortProtocolKind.Http2, "http2")]
    [InlineData("http-admin", PortProtocolKind.Http, "http")]
    [InlineData("HTTPS", PortProtocolKind.Https, "https")]
    [InlineData("tls-x", PortProtocolKind.Tls, "tls")]
    [InlineData("udp-x", PortProtocolKind.Udp, "udp")]
    [InlineData("awesomerpc", PortProtocolKind.Tcp, "tcp")]
    [InlineData("auto", PortProtocolKind.Auto, "auto")]
    [InlineData("Auto-rpc", PortProtocolKind.Auto, "auto")]
    [InlineData("tcp-auto", PortProtocolKind.Auto, "auto")]
    [InlineData("tcp-metaprotocol-auto-x", PortProtocolKind.Auto, "auto")]
    [InlineData("automatic", PortProtocolKind.Tcp, "tcp")]
    [InlineData("", PortProtocolKind.Tcp, "tcp")]
    [InlineData("-", PortProtocolKind.Tcp, "tcp")]
    public void The_name_tells_it(string name, PortProtocolKind kind, string protocol)
    {
        Assert.Equal(new PortProtocol(kind, protocol), PortProtocol.Of(name, "TCP"));
        Assert.Equal(new PortProtocol(kind, protocol), PortProtocol.Of(name, ""));
    }

    [Theory]
    [InlineData("http", "dubbo", "", PortProtocolKind.Application, "dubbo")]
    [InlineData("web", "HTTP", "", PortProtocolKind.Http, "http")]
    [InlineData("db", "MONGO", "", PortProtocolKind.Application, "mongo")]
    [InlineData("x", "AwesomeRPC", "", PortProtocolKind.Application, "awesomerpc")]
    [InlineData("x", "AUTO", "", PortProtocolKind.Auto, "auto")]
    [InlineData("dubbo", "TCP", "auto", PortProtocolKind.Auto, "auto")]
    [InlineData("x", "GRPC-Web", "", PortProtocolKind.Http, "grpc-web")]
    [InlineData("dubbo", "UDP", "", PortProtocolKind.Udp, "udp")]
    [InlineData("http", "TCP", "Dubbo", PortProtocolKind.Application, "dubbo")]
    [InlineData("http", "TCP", "shop.org/thrift", PortProtocolKind.Application, "thrift")]
    [InlineData("tcp", "TCP", "kubernetes.io/h2c", PortProtocolKind.Http2, "http2")]
    [InlineData("tcp", "TCP", "kubernetes.io/ws", PortProtocolKind.Http, "http")]
    [InlineData("tcp", "TCP", "tcp-metaprotocol-mine", PortProtocolKind.Application, "mine")]
    [InlineData("dubbo", "TCP", "something-else", PortProtocolKind.Application, "dubbo")]
    public void The_application_protocol_wins_then_the_protocol(string name, string protocol, string application, PortProtocolKind kind, string expected) =>
        Assert.Equal(new PortProtocol(kind, expected), PortProtocol.Of(name, protocol, application));

    [Theory]
    [InlineData("awesomerpc", "")]
    [InlineData("tcp-awesomerpc", "")]
    [InlineData("tcp-awesomerpc-orders", "")]
    [InlineData("http", "awesomerpc")]
    [InlineData("http", "example.org/awesomerpc")]
    public void A_protocol_of_your_own_needs_no_metaprotocol_in_the_name_once_it_is_known(string name, string application) => Assert.Equal(
        new PortProtocol(PortProtocolKind.Application, "awesomerpc"), PortProtocol.Of(name, "TCP", application, known => known == "awesomerpc"));

    [Fact]
    public void A_name_of_your_own_with_a_dash_is_understood_where_it_stands_alone() => Assert.Equal(
        new PortProtocol(PortProtocolKind.Application, "my-rpc"), PortProtocol.Of("my-rpc", "TCP", "", known => known == "my-rpc"));
}
