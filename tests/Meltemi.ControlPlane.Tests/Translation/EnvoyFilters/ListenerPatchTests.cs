using Envoy.Config.Listener.V3;
using Meltemi.ControlPlane.Services;
using static Meltemi.ControlPlane.Tests.Translation.EnvoyFilters.PatchMesh;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;

namespace Meltemi.ControlPlane.Tests.Translation.EnvoyFilters;

public class ListenerPatchTests
{
    private const string TcpFilter = """
        { name: extra, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: s, cluster: c } }
        """;

    private static string Filter(string operation, string match = "", string value = TcpFilter) => $$"""
          - applyTo: NETWORK_FILTER
            match: { context: SIDECAR_OUTBOUND{{match}} }
            patch: { operation: {{operation}}, value: {{value}} }
        """;

    [Fact]
    public void Merging_overwrites_what_is_said_and_keeps_the_rest()
    {
        var original = Listener();
        var mesh = new PatchMesh("""
              - applyTo: LISTENER
                match: { listener: { portNumber: 20880 } }
                patch: { operation: MERGE, value: { per_connection_buffer_limit_bytes: 4096, metadata: { filter_metadata: { a: { b: 1 } } } } }
            """);

        var patched = Assert.Single(mesh.Listeners(listeners: original));

        Assert.Equal(4096u, patched.Message.PerConnectionBufferLimitBytes);
        Assert.Equal(1, patched.Message.Metadata.FilterMetadata["a"].Fields["b"].NumberValue);
        Assert.Equal("10.0.0.9", patched.Message.Address.SocketAddress.Address);
        Assert.Equal("f0", Assert.Single(patched.Sources).Name);
        Assert.Equal(Listener(), original);
        Assert.Empty(mesh.Messages);
    }

    [Theory]
    [InlineData("listener: { portNumber: 1 }")]
    [InlineData("listener: { name: other }")]
    [InlineData("context: SIDECAR_INBOUND")]
    [InlineData("context: GATEWAY")]
    public void What_a_patch_is_not_for_stays_the_object_that_it_was(string match)
    {
        var original = Listener();
        var mesh = new PatchMesh($$"""
              - applyTo: LISTENER
                match: { {{match}} }
                patch: { operation: MERGE, value: { transparent: true } }
            """);

        Assert.Same(original, Assert.Single(mesh.Listeners(listeners: original)).Message);
    }

    [Fact]
    public void Configurations_of_one_type_are_merged_and_a_zero_counts()
    {
        var mesh = new PatchMesh(Filter("MERGE", $", listener: {{ filterChain: {{ filter: {{ name: {MetaFilter} }} }} }}", """
            { typed_config: { "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy, idle_timeout: 0s, protocol: { name: dubbo } } }
            """));

        var proxy = Protocol(Assert.Single(mesh.Listeners()).Message);

        Assert.Equal(("p", 0L, "dubbo", 1), (proxy.StatPrefix, proxy.IdleTimeout.Seconds, proxy.Protocol.Name, proxy.MetaProtocolFilters.Count));
        Assert.Empty(mesh.Messages);
    }

    [Fact]
    public void Configurations_of_different_types_are_not_merged()
    {
        var named = new PatchMesh(Filter("MERGE", $", listener: {{ filterChain: {{ filter: {{ name: {MetaFilter} }} }} }}"));
        var unnamed = new PatchMesh(Filter("MERGE"));

        Assert.Equal(Listener(), Assert.Single(named.Listeners()).Message);
        Assert.StartsWith("Accepted spec.configPatches[0].patch.value.typed_config: a envoy.extensions", Assert.Single(named.Messages));
        Assert.Equal(Listener(), Assert.Single(unnamed.Listeners()).Message);
        Assert.StartsWith("Accepted spec.configPatches[0].patch.value.typed_config: a envoy.extensions", Assert.Single(unnamed.Messages));
    }

    [Theory]
    [InlineData("ADD", "", $"{MetaFilter},extra")]
    [InlineData("INSERT_FIRST", "", $"extra,{MetaFilter}")]
    [InlineData("INSERT_BEFORE", "", $"extra,{MetaFilter}")]
    [InlineData("INSERT_AFTER", "", $"{MetaFilter},extra")]
    [InlineData("INSERT_BEFORE", $"filter: {{ name: {MetaFilter} }}", $"extra,{MetaFilter}")]
    [InlineData("INSERT_AFTER", $"filter: {{ name: {MetaFilter} }}", $"{MetaFilter},extra")]
    [InlineData("INSERT_AFTER", "filter: { name: nobody }", MetaFilter)]
    [InlineData("REPLACE", $"filter: {{ name: {MetaFilter} }}", "extra")]
    [InlineData("REPLACE", "filter: { name: nobody }", MetaFilter)]
    [InlineData("REMOVE", $"filter: {{ name: {MetaFilter} }}", "")]
    [InlineData("ADD", "name: only", $"{MetaFilter},extra")]
    [InlineData("ADD", "name: nobody", MetaFilter)]
    [InlineData("ADD", "sni: x", MetaFilter)]
    [InlineData("ADD", "destinationPort: 7", MetaFilter)]
    [InlineData("ADD", "transportProtocol: tls", MetaFilter)]
    [InlineData("ADD", "applicationProtocols: 'h2,http'", MetaFilter)]
    public void Filters_are_put_where_the_operation_says(string operation, string chain, string filters)
    {
        var mesh = new PatchMesh(Filter(operation, chain.Length > 0 ? $", listener: {{ filterChain: {{ {chain} }} }}" : ""));

        var patched = Assert.Single(mesh.Listeners()).Message;

        Assert.Equal(filters, string.Join(',', patched.FilterChains[0].Filters.Select(filter => filter.Name)));
    }

    [Fact]
    public void Chains_are_added_merged_and_removed()
    {
        var mesh = new PatchMesh($$"""
              - applyTo: FILTER_CHAIN
                match: { listener: { filterChain: { name: only } } }
                patch: { operation: REMOVE }
              - applyTo: FILTER_CHAIN
                patch: { operation: ADD, value: { name: new, filters: [{{TcpFilter}}] } }
              - applyTo: FILTER_CHAIN
                match: { listener: { filterChain: { name: kept } } }
                patch: { operation: MERGE, value: { use_proxy_proto: true } }
            """);
        var listener = Listener();
        listener.FilterChains.Add(new FilterChain { Name = "kept" });

        var chains = Assert.Single(mesh.Listeners(listeners: listener)).Message.FilterChains;

        Assert.Equal([("kept", true), ("new", null)], chains.Select(chain => (chain.Name, chain.UseProxyProto)));
    }

    [Fact]
    public void Listeners_are_removed_and_added()
    {
        var mesh = new PatchMesh($$"""
              - applyTo: LISTENER
                match: { context: SIDECAR_OUTBOUND, listener: { name: old } }
                patch: { operation: REMOVE }
              - applyTo: LISTENER
                patch:
                  operation: ADD
                  value:
                    name: new
                    address: { socket_address: { address: 127.0.0.1, port_value: 9 } }
                    filter_chains: [{ filters: [{{TcpFilter}}] }]
            """);

        Assert.Equal(["kept", "new"], mesh.Listeners(listeners: [Listener("old"), Listener("kept")]).Select(listener => listener.Name));

        // What is for all sides is added once.
        Assert.Equal(["kept"], mesh.Listeners(PatchContext.SidecarInbound, Listener("kept")).Select(listener => listener.Name));
    }

    [Fact]
    public void Filters_for_requests_are_changed_within_the_protocol_filter()
    {
        var mesh = new PatchMesh($$"""
              - applyTo: HTTP_FILTER
                match: { listener: { filterChain: { filter: { name: {{MetaFilter}}, subFilter: { name: aeraki.meta_protocol.filters.router } } } } }
                patch: { operation: INSERT_BEFORE, value: { name: aeraki.meta_protocol.filters.istio_stats } }
            """);

        Assert.Equal(
            ["aeraki.meta_protocol.filters.istio_stats", "aeraki.meta_protocol.filters.router"],
            Protocol(Assert.Single(mesh.Listeners()).Message).MetaProtocolFilters.Select(filter => filter.Name));
    }

    [Theory]
    [InlineData("labels: { app: cart }", true)]
    [InlineData("labels: { app: shop }", false)]
    public void Only_selected_workloads_are_changed(string selector, bool changed)
    {
        var mesh = new PatchMesh(Filter("ADD"), $"workloadSelector: {{ {selector} }}");

        Assert.Equal(changed ? 2 : 1, Assert.Single(mesh.Listeners()).Message.FilterChains[0].Filters.Count);
    }

    [Fact]
    public void The_root_namespace_comes_first_then_priority_then_age()
    {
        static string Name(string name) => $"  - applyTo: NETWORK_FILTER\n    patch: {{ operation: INSERT_FIRST, value: {{ name: {name} }} }}";
        var mesh = new PatchMesh(
            ("default", Name("late"), "priority: 5"),
            ("default", Name("older"), ""),
            ("default", Name("younger"), ""),
            ("default", Name("early"), "priority: -5"),
            ("istio-system", Name("root"), "priority: 100"),
            ("far", Name("never"), ""));

        var names = Assert.Single(mesh.Listeners()).Message.FilterChains[0].Filters.Select(filter => filter.Name);

        // Each is put before those that came before it.
        Assert.Equal(["late", "younger", "older", "early", "root", MetaFilter], names);
    }
}
