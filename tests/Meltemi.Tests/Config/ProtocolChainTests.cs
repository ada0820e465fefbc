using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

public class ProtocolChainTests
{
    private const string Routes = "route_config: {routes: {route: {cluster: c}}}";

    [Theory]
    [InlineData("protocol: {name: any, codec: {name: aeraki.meta_protocol.codec.dubbo}}")]
    [InlineData("protocol: {name: dubbo}")]
    [InlineData("codec: {name: aeraki.meta_protocol.codec.dubbo}")]
    [InlineData("application_protocol: dubbo")]
    [InlineData("application_protocol: any\ncodec: {name: dubbo}")]
    [InlineData("application_protocol: thrift\nprotocol: {name: dubbo}")]
    public void The_protocol_has_older_and_newer_fields(string fields)
    {
        Assert.Equal("dubbo", Yaml.LoadChain($"{fields}\n{Routes}").Codec.Info.Name);
    }

    [Fact]
    public void An_unknown_protocol_is_an_error_that_names_the_known_ones()
    {
        var errors = Yaml.Errors(Yaml.Protocol($"protocol: {{name: a, codec: {{name: aeraki.meta_protocol.codec.dubo}}}}\n{Routes}"));

        Assert.Equal(
            [$"12:39 {Yaml.ProtocolPath}.protocol.codec.name: there is no protocol 'dubo'; known are dubbo, thrift; did you mean 'dubbo'?"],
            errors);
    }

    [Fact]
    public void No_protocol_is_an_error() =>
        Assert.EndsWith("'protocol' with a name is missing", Assert.Single(Yaml.Errors(Yaml.Protocol(Routes))));

    [Fact]
    public void A_codec_gets_its_options()
    {
        var chain = Yaml.LoadChain(
            "protocol: {name: dubbo, codec: {name: dubbo, config: {'@type': a/meltemi.config.v1.CodecOptions, max_frame_bytes: 4096}}}\n"
            + Routes);

        Assert.Equal(4096, Assert.IsType<FakeProtocol>(chain.Codec).Options!.MaxFrameBytes);
    }

    [Fact]
    public void A_described_protocol_has_its_description_as_config()
    {
        const string Description = "{name: tiny, layout: [{name: size, type: U16}, {name: body, type: TEXT, size: size}], kinds: [{from: SERVER, is: RESPONSE}, {is: REQUEST}], status: {field: size, values: {'0': OK}}, errors: {message: {body: '%TEXT%'}}}";
        var chain = Yaml.LoadChain($"protocol: {{name: a, codec: {{name: meltemi.codec.declarative, config: {Description}}}}}\n{Routes}");
        Assert.Equal("tiny", chain.Codec.Info.Name);

        var wrong = Description.Replace("size: size}", "size: length}", StringComparison.Ordinal);
        var errors = Yaml.Errors(Yaml.Protocol($"protocol: {{name: a, codec: {{name: meltemi.codec.declarative, config: {wrong}}}}}\n{Routes}"));
        Assert.EndsWith($"{Yaml.ProtocolPath}.protocol.codec.config.layout[1].size: there is no field 'length' in the layout", Assert.Single(errors));
        errors = Yaml.Errors(Yaml.Protocol($"protocol: {{name: meltemi.codec.declarative}}\n{Routes}"));
        Assert.EndsWith("needs a 'config' that describes the protocol (meltemi.codec.declarative.v1.Protocol)", Assert.Single(errors));
    }

    [Fact]
    public void Multiplexing_is_taken_over() =>
        Assert.Equal(PoolMode.Multiplexed, Yaml.LoadChain($"protocol: {{name: dubbo, multiplexing: true}}\n{Routes}").PoolMode);

    [Fact]
    public void Multiplexing_a_protocol_that_cannot_be_is_an_error() => Assert.Equal(
        [$"12:36 {Yaml.ProtocolPath}.protocol.multiplexing: the protocol 'thrift' cannot be multiplexed"],
        Yaml.Errors(Yaml.Protocol($"protocol: {{name: thrift, multiplexing: true}}\n{Routes}")));

    [Theory]
    [InlineData("", 0)]
    [InlineData("idle_timeout: 90s\n", 90)]
    [InlineData("idle_timeout: 0s\n", 0)]
    public void Idle_clients_stay_unless_told_otherwise(string field, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Yaml.LoadChain($"{field}application_protocol: dubbo\n{Routes}").IdleTimeout);

    [Theory]
    [InlineData("aeraki.meta_protocol.filters.router")]
    [InlineData(
        "aeraki.meta_protocol.filters.istio_stats, aeraki.meta_protocol.filters.metadata_exchange, aeraki.meta_protocol.filters.router")]
    public void Filters_that_only_measure_are_left_out(string names)
    {
        var result = Yaml.Load(Yaml.Protocol($"application_protocol: dubbo\n{Routes}\nmeta_protocol_filters: {List(names)}"));

        Assert.Empty(Assert.IsType<ProtocolChainConfig>(result.Config!.Listeners[0].Chain).Filters);
        Assert.Equal(names.Split(", ").Length - 1, result.Problems.Length);
        Assert.All(result.Problems, problem => Assert.EndsWith("has no effect: the metrics are built in", problem.Message));
    }

    [Theory]
    [InlineData(
        "aeraki.meta_protocol.filters.rooter, aeraki.meta_protocol.filters.router",
        "[0]: there is no filter 'aeraki.meta_protocol.filters.rooter'; did you mean 'aeraki.meta_protocol.filters.router'?")]
    [InlineData(
        "aeraki.meta_protocol.filters.router, x", "[1]: 'aeraki.meta_protocol.filters.router' must be the last filter")]
    [InlineData("aeraki.meta_protocol.filters.istio_stats", ": the last filter must be 'aeraki.meta_protocol.filters.router'")]
    public void A_filter_that_cannot_be_had_refuses_the_listener(string names, string error)
    {
        var errors = Yaml.Errors(Yaml.Protocol($"application_protocol: dubbo\n{Routes}\nmeta_protocol_filters: {List(names)}"));

        Assert.EndsWith($"{Yaml.ProtocolPath}.meta_protocol_filters{error}", Assert.Single(errors));
    }

    [Fact]
    public void An_access_log_with_a_broken_format_is_an_error()
    {
        const string Type = "a/envoy.extensions.access_loggers.file.v3.FileAccessLog";
        const string Log = $"{{name: l, typed_config: {{'@type': {Type}, path: x, format: '%NONE%'}}}}";

        var error = Assert.Single(Yaml.Errors(Yaml.Protocol($"application_protocol: dubbo\n{Routes}\naccess_log: {Log}")));

        Assert.StartsWith($"14:33 {Yaml.ProtocolPath}.access_log[0].typed_config: the format cannot be used:", error);
    }

    [Fact]
    public void An_access_log_of_another_kind_is_left_out_with_a_warning()
    {
        var warning = Assert.Single(Yaml.Warnings(Yaml.Protocol(
            $"application_protocol: dubbo\n{Routes}\naccess_log: {{name: l, typed_config: {{\"@type\": a/b.Other}}}}")));

        Assert.Equal($"14:23 {Yaml.ProtocolPath}.access_log[0]: access logs of type b.Other are not implemented, ignored", warning);
    }

    private static string List(string names) => $"[{string.Join(", ", names.Split(", ").Select(name => $"{{name: {name}}}"))}]";
}
