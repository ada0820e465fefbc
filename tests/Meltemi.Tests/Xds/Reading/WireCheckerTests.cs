using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Xds.Reading;

/// <summary>Messages in wire form are held to the same rules as texts.</summary>
public class WireCheckerTests
{
    public static TheoryData<Cluster, string> Bad => new()
    {
        { new Cluster(), "name: 'name' is missing" },
        { new Cluster { Name = "c", ConnectTimeout = new Duration() }, "connect_timeout: must be more than 0 s, not 0 s" },
        { new Cluster { Name = "c", ConnectTimeout = new Duration { Seconds = -1 } }, "connect_timeout: must be more than 0 s, not -1 s" },
        {
            new Cluster { Name = "c", PerConnectionBufferLimitBytes = 7 },
            "per_connection_buffer_limit_bytes: must be from 1024 to 1073741824, not 7"
        },
        {
            new Cluster { Name = "c", LbPolicy = (Cluster.Types.LbPolicy)77 },
            "lb_policy: expected one of ROUND_ROBIN, LEAST_REQUEST, RING_HASH, RANDOM, MAGLEV, CLUSTER_PROVIDED, LOAD_BALANCING_POLICY_CONFIG, found 77"
        },
        {
            new Cluster { Name = "c", LoadAssignment = new() { Endpoints = { new LocalityLbEndpoints(), new LocalityLbEndpoints { Priority = 129 } } } },
            "load_assignment.endpoints[1].priority: must be at most 128, not 129"
        },
        {
            new Cluster { Name = "c", EdsClusterConfig = new() { EdsConfig = new ConfigSource() } },
            "eds_cluster_config.eds_config.config_source_specifier: one of path, api_config_source, ads, self, path_config_source is needed"
        },
        {
            new Cluster { Name = "c", TypedExtensionProtocolOptions = { ["x"] = AnyOf(new TransportSocket()) } },
            "typed_extension_protocol_options[x].value.name: 'name' is missing"
        },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_breaks_a_rule_is_named(Cluster cluster, string problem) => Assert.Equal(problem, Assert.Single(Check(cluster)));

    [Fact]
    public void All_problems_are_told()
    {
        var listener = new Listener { FilterChains = { new FilterChain { Filters = { new Filter { TypedConfig = AnyOf(new Cluster()) }, new Filter() } } } };
        Assert.Equal(
            [
                "address: 'address' is missing",
                "filter_chains[0].filters[0].name: 'name' is missing",
                "filter_chains[0].filters[0].typed_config.name: 'name' is missing",
                "filter_chains[0].filters[1].name: 'name' is missing",
            ],
            Check(listener).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_right_has_no_problem_and_what_is_unknown_is_left_alone()
    {
        var cluster = new Cluster
        {
            Name = "c",
            ConnectTimeout = new Duration { Nanos = 1 },
            PerConnectionBufferLimitBytes = 1024,
            TypedExtensionProtocolOptions = { ["x"] = new Any { TypeUrl = "a/b.C", Value = ByteString.CopyFromUtf8("\u0001\u0002") } },
        };
        using var output = new MemoryStream();
        cluster.WriteTo(output);
        output.Write([0xFA, 0x3F, 2, 1, 2]); // field 1023
        Assert.Empty(Check("envoy.config.cluster.v3.Cluster", output.ToArray()));
    }

    [Theory]
    [InlineData(new byte[] { 0x0A, 5, 1 })]
    [InlineData(new byte[] { 0x0A })]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F })]
    [InlineData(new byte[] { 0x0B })]
    [InlineData(new byte[] { 0x00, 0x00 })]
    public void Bytes_that_are_no_message_are_named(byte[] bytes) =>
        Assert.Equal(": the message is damaged: no valid envoy.config.cluster.v3.Cluster", Assert.Single(Check("envoy.config.cluster.v3.Cluster", bytes)));

    [Fact]
    public void No_bytes_make_it_fail()
    {
        var random = new Random(1);
        var good = new Cluster { Name = "c", LoadAssignment = new() { Endpoints = { new LocalityLbEndpoints { LbEndpoints = { new LbEndpoint() } } } } }.ToByteArray();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = i % 2 == 0 ? new byte[random.Next(40)] : (byte[])good.Clone();
            if (i % 2 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _ = Check("envoy.config.cluster.v3.Cluster", bytes).ToList();
        }
    }

    private static Any AnyOf(IMessage message) => Any.Pack(message);

    private static IEnumerable<string> Check(IMessage message) => Check(message.Descriptor.FullName, message.ToByteArray());

    private static IEnumerable<string> Check(string type, byte[] bytes)
    {
        var problems = new ProblemList();
        WireChecker.Check(type, bytes, problems);
        return problems.ToSorted().Select(problem => $"{problem.Path}: {problem.Message}");
    }
}
