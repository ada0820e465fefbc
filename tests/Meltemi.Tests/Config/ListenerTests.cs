using System.Net;
using System.Net.Sockets;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

public class ListenerTests
{
    private const string Tcp =
        "{name: t, typed_config: {'@type': a/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: s, cluster: c}}";
    private const string Address = "address: {socket_address: {address: 127.0.0.1, port_value: 80}}";

    [Fact]
    public void A_listener_has_addresses_sizes_and_a_proxy_header()
    {
        var listener = Assert.Single(Yaml.LoadClean(Text($$$"""
            name: l
            {{{Address}}}
            additional_addresses: [{address: {pipe: {path: '@hidden'} } }, {address: {socket_address: {address: '::1', port_value: 0} } }]
            tcp_backlog_size: 100
            per_connection_buffer_limit_bytes: 32768
            listener_filters: {name: envoy.filters.listener.proxy_protocol}
            filter_chains: {filters: [{{{Tcp}}}]}
            """)).Listeners);

        Assert.Equal(
            [IPEndPoint.Parse("127.0.0.1:80"), new UnixDomainSocketEndPoint("\0hidden"), IPEndPoint.Parse("[::1]:0")],
            listener.Addresses.AsEnumerable());
        Assert.Equal((100, 32768, true), (listener.Backlog, listener.BufferLimitBytes, listener.ProxyProtocol));
    }

    [Fact]
    public void A_listener_without_a_name_has_its_address_for_one()
    {
        var listener = Assert.Single(Yaml.LoadClean(Text($"{Address}\ndefault_filter_chain: {{filters: {Tcp}}}")).Listeners);

        Assert.Equal("127.0.0.1:80", listener.Name);
        Assert.Equal(TimeSpan.FromHours(1), listener.Chain!.IdleTimeout);
        Assert.False(listener.ProxyProtocol);
    }

    [Fact]
    public void Bytes_may_go_to_several_clusters()
    {
        var filter = Tcp.Replace("cluster: c", "weighted_clusters: {clusters: [{name: c, weight: 2}]}");
        var chain = Yaml.LoadClean(Text($"{Address}\nfilter_chains: {{filters: {filter}}}")).Listeners[0].Chain;

        Assert.Equal(new WeightedCluster("c", 2), Assert.Single(Assert.IsType<TcpChainConfig>(chain).Clusters));
    }

    [Theory]
    [InlineData("filter_chains: [{filters: TCP}, {filters: TCP}]", ".filter_chains[1]: filter_chains[0] takes every connection already")]
    [InlineData(
        "filter_chains: {filters: TCP}\ndefault_filter_chain: {filters: TCP}",
        ".default_filter_chain: filter_chains[0] takes every connection already")]
    [InlineData(
        "filter_chains: {filter_chain_match: {destination_port: 5}, filters: TCP}",
        ".filter_chains[0].filter_chain_match: choosing a filter chain by the connection is not supported yet")]
    [InlineData(
        "filter_chains: {transport_socket: {name: envoy.transport_sockets.tls}, filters: TCP}",
        ".filter_chains[0].transport_socket: 'envoy.transport_sockets.tls' is not supported yet: connections are plaintext")]
    [InlineData("filter_chains: {filters: [TCP, TCP]}", ".filter_chains[0].filters[1]: the filter before this one serves the connection")]
    [InlineData("filter_chains: {filters: []}", ".filter_chains[0].filters: the last filter must serve the connection")]
    [InlineData("filter_chains: {filters: {name: x}}", ".filter_chains[0].filters[0].typed_config: 'x' needs a typed_config")]
    [InlineData(
        "filter_chains: {filters: {name: x, typed_config: {'@type': a/b.C}}}",
        ".filter_chains[0].filters[0]: there is no network filter 'x' of type b.C")]
    [InlineData(
        "filter_chains: {filters: {name: x, typed_config: {'@type': "
            + "t/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, "
            + "stat_prefix: s, route_config: {name: r}}}}",
        ".filter_chains[0].filters[0]: HTTP is not supported yet")]
    [InlineData("filter_chains: {filters: TCP}\nlistener_filters: {name: x}", ".listener_filters[0]: there is no listener filter 'x'")]
    [InlineData("filter_chains: {filters: TCP}\nbind_to_port: false", ".bind_to_port: listeners without a port of their own")]
    [InlineData("name: l", ".filter_chains: a listener needs a filter chain")]
    public void What_is_not_supported_refuses_the_listener(string fields, string error)
    {
        var found = Assert.Single(Yaml.Errors(Text($"{Address}\n{fields.Replace("TCP", Tcp)}")));

        Assert.Contains($" static_resources.listeners[0]{error}", found);
    }

    [Theory]
    [InlineData(
        "{socket_address: {address: example.org, port_value: 1}}",
        ".socket_address.address: expected an IP address, found \"example.org\"")]
    [InlineData(
        "{socket_address: {address: 127.0.0.1, named_port: x}}",
        ".socket_address.named_port: ports have no names here; use port_value")]
    [InlineData("{socket_address: {protocol: UDP, address: 127.0.0.1, port_value: 1}}", ".socket_address.protocol: UDP is not supported")]
    [InlineData(
        "{socket_address: {address: 127.0.0.1, port_value: 65536}}",
        ".socket_address.port_value: must be at most 65535, not 65536")]
    [InlineData(
        "{pipe: {path: /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}",
        ".pipe.path: the path of a Unix domain socket has from 1 to 107 bytes")]
    public void An_address_that_cannot_be_is_an_error(string address, string error)
    {
        var found = Assert.Single(Yaml.Errors(Text($"address: {address}\nfilter_chains: {{filters: {Tcp}}}")));

        Assert.EndsWith($" static_resources.listeners[0].address{error}", found);
    }

    [Fact]
    public void Names_are_unique()
    {
        var errors = Yaml.Errors($$$"""
            static_resources:
              clusters:
              - {name: c}
              - {name: c}
              listeners:
              - {name: l, {{{Address}}}, filter_chains: {filters: {{{Tcp}}} } }
              - {name: l, {{{Address}}}, filter_chains: {filters: {{{Tcp}}} } }
            """);

        Assert.Equal(
            [
                "4:6 static_resources.clusters[1].name: the name 'c' is taken in line 3",
                "7:6 static_resources.listeners[1].name: the name 'l' is taken in line 6",
            ],
            errors);
    }

    private static string Text(string fields) => $$"""
        static_resources:
          clusters: { name: c, load_assignment: { endpoints: { lb_endpoints: { endpoint: { address: { pipe: { path: p } } } } } } }
          listeners:
          -
        {{string.Join('\n', fields.Split('\n').Select(line => "    " + line))}}
        """;
}
