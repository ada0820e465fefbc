using Envoy.Config.Bootstrap.V3;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Xds.Reading;

/// <summary>The ways in which people write the same thing.</summary>
public class ReaderFormsTests
{
    private const string Tcp = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

    [Theory]
    [InlineData("{name: c, connect_timeout: 0.25s, lb_policy: RING_HASH}")]
    [InlineData("{name: c, connectTimeout: 0.25s, lbPolicy: RING_HASH}")]
    [InlineData("{name: c, connect_timeout: {nanos: 250000000}, lb_policy: 2}")]
    [InlineData("{\"name\":\"c\",\"connectTimeout\":\"0.250s\",\"lbPolicy\":\"RING_HASH\"}")]
    [InlineData("{name: c, connect_timeout: 0.2500s, lb_policy: \"2\"}")]
    public void Names_enums_and_durations_have_several_forms(string text)
    {
        var cluster = Read(text, "envoy.config.cluster.v3.Cluster", Cluster.Parser);

        Assert.Equal(
            new Cluster { Name = "c", ConnectTimeout = new() { Nanos = 250_000_000 }, LbPolicy = Cluster.Types.LbPolicy.RingHash },
            cluster);
    }

    [Theory]
    [InlineData("1024")]
    [InlineData("\"1024\"")]
    [InlineData("1.024e3")]
    [InlineData("{value: 1024}")]
    public void A_wrapped_number_is_a_plain_number(string number)
    {
        var cluster = Read(
            $"{{name: c, ring_hash_lb_config: {{minimum_ring_size: {number}}}}}", "envoy.config.cluster.v3.Cluster", Cluster.Parser);

        Assert.Equal(1024ul, cluster.RingHashLbConfig.MinimumRingSize);
    }

    [Fact]
    public void One_value_may_stand_for_a_list()
    {
        var one = Read("{client_features: a}", "envoy.config.core.v3.Node", Node.Parser);

        Assert.Equal(["a"], one.ClientFeatures);
    }

    [Fact]
    public void Nothing_is_as_if_it_were_not_written()
    {
        Assert.Equal(new Cluster { Name = "c" }, Read("name: c\ntype:\nlb_policy: ~\n", "envoy.config.cluster.v3.Cluster", Cluster.Parser));
    }

    [Fact]
    public void Free_values_keep_their_kinds()
    {
        var node = Read(
            "metadata: {text: a, quoted: '5', number: 5.5, yes: true, none: null, list: [1, {a: b}]}",
            "envoy.config.core.v3.Node", Node.Parser);

        var expected = new Struct
        {
            Fields =
            {
                ["text"] = Value.ForString("a"),
                ["quoted"] = Value.ForString("5"),
                ["number"] = Value.ForNumber(5.5),
                ["yes"] = Value.ForBool(true),
                ["none"] = Value.ForNull(),
                ["list"] = Value.ForList(
                    Value.ForNumber(1), Value.ForStruct(new Struct { Fields = { ["a"] = Value.ForString("b") } })),
            },
        };
        Assert.Equal(expected, node.Metadata);
    }

    [Fact]
    public void Bytes_are_base64()
    {
        var source = Read("inline_bytes: AQID", "envoy.config.core.v3.DataSource", DataSource.Parser);

        Assert.Equal(ByteString.CopyFrom(1, 2, 3), source.InlineBytes);
    }

    [Theory]
    [InlineData("{name: x, typed_config: {\"@type\": " + Tcp + ", stat_prefix: s, cluster: c}}")]
    [InlineData("{name: x, config: {\"@type\": " + Tcp + ", stat_prefix: s, cluster: c}}")]
    [InlineData("{name: envoy.filters.network.tcp_proxy, config: {stat_prefix: s, cluster: c}}")]
    [InlineData(
        "{name: x, typed_config: {\"@type\": type.googleapis.com/udpa.type.v1.TypedStruct, type_url: " + Tcp
            + ", value: {stat_prefix: s, cluster: c}}}")]
    [InlineData("{name: x, typedConfig: {\"@type\": xds.type.v3.TypedStruct, typeUrl: " + Tcp + ", value: {statPrefix: s, cluster: c}}}")]
    public void A_typed_config_has_several_forms(string text)
    {
        var filter = Read(text, "envoy.config.listener.v3.Filter", Filter.Parser);

        Assert.Equal(Tcp, filter.TypedConfig.TypeUrl);
        Assert.Equal(new TcpProxy { StatPrefix = "s", Cluster = "c" }, TcpProxy.Parser.ParseFrom(filter.TypedConfig.Value));
    }

    [Fact]
    public void A_type_that_nobody_knows_is_kept_by_name()
    {
        var filter = Read(
            "{name: x, typed_config: {\"@type\": type.googleapis.com/a.B, z: 1}}", "envoy.config.listener.v3.Filter", Filter.Parser);

        Assert.Equal("type.googleapis.com/a.B", filter.TypedConfig.TypeUrl);
        Assert.True(filter.TypedConfig.Value.IsEmpty);
    }

    [Theory]
    [InlineData("exact_match: a", "exactMatch")]
    [InlineData("prefixMatch: a", "prefixMatch")]
    [InlineData("safe_regex_match: {google_re2: {}, regex: a}", "safeRegexMatch")]
    [InlineData("present_match: true", "presentMatch")]
    [InlineData("range_match: {start: -1, end: \"9\"}", "rangeMatch")]
    public void Older_matchers_keep_their_meaning(string field, string set)
    {
        var matcher = Read($"{{name: x, {field}}}", "envoy.config.route.v3.HeaderMatcher", HeaderMatcher.Parser);

        Assert.Equal(set, matcher.HeaderMatchSpecifierCase.ToString(), ignoreCase: true);
    }

    [Fact]
    public void Anchors_and_merge_keys_work_across_messages()
    {
        var problems = new ProblemList();
        var resources = ResourceReader.Read(
            "clusters:\n- &c {name: a, lb_policy: MAGLEV}\n- {<<: *c, name: b}\n",
            "envoy.config.bootstrap.v3.Bootstrap.StaticResources", Bootstrap.Types.StaticResources.Parser, problems);

        Assert.Empty(problems.ToSorted());
        Assert.Equal(Cluster.Types.LbPolicy.Maglev, resources.Clusters[1].LbPolicy);
        Assert.Equal("b", resources.Clusters[1].Name);
    }

    private static T Read<T>(string text, string type, MessageParser<T> parser) where T : IMessage<T>
    {
        var problems = new ProblemList();
        var message = ResourceReader.Read(text, type, parser, problems);
        Assert.Empty(problems.ToSorted());
        return message;
    }
}
