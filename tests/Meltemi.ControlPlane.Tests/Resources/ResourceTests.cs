using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Tests.Resources;

/// <summary>A resource and its typed view.</summary>
public class ResourceTests
{
    [Fact]
    public void The_typed_spec_is_the_same_object_while_somebody_holds_it_and_an_equal_one_later()
    {
        var resource = Reading.Good("{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: a}, spec: {hosts: [a.b], ports: [{number: 80, name: http}]}}");
        var spec = resource.SpecAs<ServiceEntry>();
        Assert.Same(spec, resource.Spec);
        Assert.Equal("a.b", spec.Hosts[0]);
        var copy = spec.Clone();
        GC.Collect();
        Assert.Equal(copy, resource.SpecAs<ServiceEntry>());
        Assert.Throws<InvalidCastException>(resource.SpecAs<MetaRouter>);
    }

    [Fact]
    public void Resources_are_equal_by_what_is_stored()
    {
        const string Text = "{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {name: a}, spec: {egress: [{hosts: ['*/*']}]}}";
        var (one, other) = (Reading.Good(Text), Reading.Good(Text));
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Meta = new() { ResourceVersion = "1" } });
        Assert.NotEqual(one, other with { Status = new() { ObservedGeneration = 1 } });
        Assert.NotEqual(one, Reading.Good(Text.Replace("*/*", "./*")));
    }
}
