using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meltemi.Codec;
using Meltemi.Protocols;
using Meltemi.Proxy.Admin;
using Meltemi.Proxy.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Config;

/// <summary>Chains that are chosen by the protocol that a client speaks.</summary>
public class RecognitionConfigTests
{
    private const string Tcp =
        "filters: {name: t, typed_config: {'@type': a/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: s, cluster: c}}";
    private const string Inspector = "listener_filters: {name: meltemi.filters.listener.protocol_inspector}";

    [Fact]
    public void Each_protocol_has_a_chain_and_the_others_one()
    {
        var listener = Load($$"""
            {{Inspector}}
            listener_filters_timeout: 0.5s
            continue_on_listener_filters_timeout: true
            filter_chains:
            - { filter_chain_match: { application_protocols: dubbo }, {{Serving("dubbo")}} }
            - { name: rpc, filter_chain_match: { application_protocols: [meltemi.codec.bolt, tars], transport_protocol: raw_buffer }, {{Tcp}} }
            default_filter_chain: { {{Tcp}} }
            """);

        var recognition = listener.Recognition!;
        Assert.Equal(["dubbo", "rpc"], recognition.Chains.Select(chain => chain.Name));
        Assert.Equal(["dubbo", "bolt", "tars"], recognition.Chains.SelectMany(chain => chain.Protocols).Select(codec => codec.Info.Name));
        Assert.Same(((ProtocolChainConfig)recognition.Chains[0].Chain).Codec, recognition.Chains[0].Protocols[0]);
        Assert.Equal((TimeSpan.FromSeconds(0.5), true), (recognition.Timeout, recognition.FallBackAfterTimeout));
        Assert.IsType<TcpChainConfig>(listener.Chain);
    }

    [Fact]
    public void By_default_clients_have_fifteen_seconds_and_are_closed_then()
    {
        var listener = Load($$"""
            {{Inspector}}
            filter_chains:
            - { filter_chain_match: { application_protocols: thrift }, {{Serving("thrift")}} }
            """);

        Assert.Equal((TimeSpan.FromSeconds(15), false), (listener.Recognition!.Timeout, listener.Recognition.FallBackAfterTimeout));
        Assert.Null(listener.Chain);
        Assert.Equal("thrift", Assert.Single(listener.Recognition.Chains).Name);
    }

    [Theory]
    [InlineData("filter_chains: {MATCH(dubbo), TCP}", ".filter_chains[0].filter_chain_match.application_protocols: nobody finds out the protocol: add the listener filter")]
    [InlineData("INSPECTOR\nfilter_chains: {MATCH(http/1.1), TCP}", ".application_protocols[0]: there is no protocol 'http/1.1'; known are")]
    [InlineData("INSPECTOR\nfilter_chains: {MATCH(thrift), DUBBO}", ".application_protocols[0]: the chain serves 'dubbo', so it cannot take connections of 'thrift'")]
    [InlineData("INSPECTOR\nfilter_chains: {MATCH(mute), TCP}", ".application_protocols[0]: 'mute' cannot be recognised, as nothing in its first bytes tells it from others: give it a listener")]
    [InlineData("INSPECTOR\nfilter_chains: {MATCH(greeter), TCP}", ".application_protocols[0]: 'greeter' cannot be recognised, as its servers speak first: give it a listener")]
    [InlineData(
        "INSPECTOR\nfilter_chains: [{MATCH(dubbo), TCP}, {MATCH(meltemi.codec.dubbo), TCP}]",
        ".filter_chains[1].filter_chain_match.application_protocols[0]: connections of 'dubbo' are taken by "
            + "filter_chains[0].filter_chain_match.application_protocols[0]")]
    [InlineData("INSPECTOR\nfilter_chains: [{name: a, MATCH(dubbo), TCP}, {name: a, MATCH(bolt), TCP}]", ".filter_chains[1].name: the name 'a' is taken by filter_chains[0]")]
    [InlineData("INSPECTOR\nfilter_chains: [{MATCH(dubbo), TCP}, {TCP}, {TCP}]", ".filter_chains[2]: filter_chains[1] takes every connection already")]
    [InlineData("INSPECTOR\nfilter_chains: {MATCH(dubbo), TCP}\ndefault_filter_chain: {MATCH(bolt), TCP}", ".default_filter_chain.filter_chain_match.application_protocols: the default")]
    [InlineData("INSPECTOR\nfilter_chains: {filter_chain_match: {application_protocols: dubbo, server_names: a}, TCP}", ".filter_chain_match: choosing a filter chain by the connection")]
    public void What_cannot_be_recognised_is_refused(string fields, string error)
    {
        var found = Assert.Single(Errors(fields));

        Assert.Contains($" static_resources.listeners[0]", found);
        Assert.Contains(error, found);
    }

    [Theory]
    [InlineData("INSPECTOR\nfilter_chains: {TCP}", ".listener_filters[0]: no effect: no chain has")]
    [InlineData("INSPECTOR\ncontinue_on_listener_filters_timeout: true\nfilter_chains: {MATCH(dubbo), TCP}", ".continue_on_listener_filters_timeout: no effect")]
    public void What_has_no_effect_is_a_warning(string fields, string warning)
    {
        var result = BootstrapLoader.LoadText(Text(fields), Registry());

        Assert.NotNull(result.Config);
        Assert.Contains(warning, Assert.Single(result.Problems).ToString());
    }

    [Fact]
    public void The_dump_says_how_a_connection_finds_its_chain()
    {
        var dump = ConfigDump.Write(new ProxyConfig { Listeners = [Load($"{Inspector}\nfilter_chains: {{MATCH(dubbo), TCP}}")] });

        var recognition = JsonNode.Parse(dump)!["configs"]![0]!["content"]![0]!["recognition"]!;
        Assert.Equal("15s", (string)recognition["timeout"]!);
        Assert.Equal(("dubbo", "dubbo"), ((string)recognition["chains"]![0]!["name"]!, (string)recognition["chains"]![0]!["protocols"]![0]!));
        Assert.NotNull(recognition["chains"]![0]!["chain"]!["tcp_chain_config"]);
    }

    private static CodecRegistry Registry() => BuiltInProtocols.Register(new CodecRegistry())
        .Add(new FakeProtocol(new() { Name = "mute", PoolMode = PoolMode.OneAtATime }))
        .Add(new FakeProtocol(new() { Name = "greeter", PoolMode = PoolMode.Bound, ServerSpeaksFirst = true }));

    private static ListenerConfig Load(string fields)
    {
        var result = BootstrapLoader.LoadText(Text(fields), Registry());
        Assert.Empty(result.Problems.Select(problem => problem.ToString()));
        return Assert.Single(result.Config!.Listeners);
    }

    private static string[] Errors(string fields)
    {
        var result = BootstrapLoader.LoadText(Text(fields), Registry());
        Assert.Null(result.Config);
        return [.. result.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.ToString())];
    }

    private static string Text(string fields)
    {
        fields = Regex.Replace(fields, @"MATCH\(([^)]*)\)", "filter_chain_match: {application_protocols: $1}")
            .Replace("INSPECTOR", Inspector).Replace("TCP", Tcp).Replace("DUBBO", Serving("dubbo"));
        return $$"""
            static_resources:
              clusters: { name: c, load_assignment: { endpoints: { lb_endpoints: { endpoint: { address: { pipe: { path: p } } } } } } }
              listeners:
              - name: l
                address: { socket_address: { address: 127.0.0.1, port_value: 80 } }
            {{string.Join('\n', fields.Split('\n').Select(line => "    " + line))}}
            """;
    }

    private static string Serving(string protocol) =>
        "filters: {name: p, typed_config: {'@type': a/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy, stat_prefix: s, "
        + $"protocol: {{name: {protocol}}}, route_config: {{routes: [{{name: r, route: {{cluster: c}}}}]}}}}}}";
}
