using static Meltemi.ControlPlane.Tests.Translation.EnvoyFilters.PatchMesh;

namespace Meltemi.ControlPlane.Tests.Translation.EnvoyFilters;

/// <summary>Patches that cannot be applied: they are said to be, with their place, and what they are for stays as it is.</summary>
public class EnvoyFilterReaderTests
{
    [Theory]
    [InlineData("applyTo: LISTENER, patch: { operation: MERGE, value: { per_connection_buffer_limit_bytes: many } }",
        "Accepted spec.configPatches[0].patch.value.per_connection_buffer_limit_bytes: expected")]
    [InlineData("applyTo: LISTENER, patch: { operation: MERGE, value: { listenr_filters: [] } }",
        "Warning spec.configPatches[0].patch.value.listenr_filters: 'listenr_filters' is not implemented, ignored; did you mean 'listener_filters'?")]
    [InlineData("applyTo: LISTENER, patch: { operation: ADD, value: { name: x } }",
        "Accepted spec.configPatches[0].patch.value.address: 'address' is missing; the patch is not applied")]
    [InlineData("applyTo: LISTENER, patch: { operation: MERGE }", "Accepted spec.configPatches[0].patch.value: 'value' is missing")]
    [InlineData("applyTo: LISTENER, patch: { operation: INSERT_FIRST, value: { name: x } }",
        "Accepted spec.configPatches[0].patch.operation: INSERT_FIRST is not possible for LISTENER; the patch is not applied")]
    [InlineData("applyTo: NETWORK_FILTER, patch: { operation: REMOVE }",
        "Accepted spec.configPatches[0].match: REMOVE needs the name of the filter; the patch is not applied")]
    [InlineData("applyTo: NETWORK_FILTER, patch: { operation: ADD, value: { name: x, typed_config: { '@type': type.googleapis.com/a.b.C, d: 1 } } }",
        "Accepted spec.configPatches[0].patch.value.typed_config: the message type a.b.C is not known here, so that it cannot be sent; the patch is not applied")]
    [InlineData("applyTo: CLUSTER, patch: { operation: MERGE, value: { name: other } }",
        "Accepted spec.configPatches[0].patch.value.name: the name cannot be changed, others refer to it; the patch is not applied")]
    [InlineData("applyTo: BOOTSTRAP, patch: { operation: MERGE, value: {} }",
        "Warning spec.configPatches[0].applyTo: no effect: BOOTSTRAP is nothing that is made here")]
    [InlineData("applyTo: LISTENER, match: { proxy: { proxyVersion: '1.*' } }, patch: { operation: MERGE, value: { name: x } }",
        "Warning spec.configPatches[0].match.proxy: no effect: what proxies say about their version and metadata is not looked at; match by workloadSelector")]
    public void A_patch_that_cannot_be_applied_is_reported_with_its_place(string patch, string message)
    {
        var mesh = new PatchMesh($"  - {{ {patch} }}");

        Assert.StartsWith(message, Assert.Single(mesh.Messages));
        Assert.Equal(Listener(), Assert.Single(mesh.Listeners()).Message);
    }

    [Fact]
    public void The_good_patches_of_a_filter_are_applied_beside_the_bad_ones()
    {
        var mesh = new PatchMesh("""
              - { applyTo: LISTENER, patch: { operation: MERGE, value: { per_connection_buffer_limit_bytes: many } } }
              - { applyTo: LISTENER, patch: { operation: MERGE, value: { per_connection_buffer_limit_bytes: 4096 } } }
            """);

        Assert.Equal(4096u, Assert.Single(mesh.Listeners()).Message.PerConnectionBufferLimitBytes);
    }
}
