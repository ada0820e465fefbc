using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Push;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Tests.Services;

public sealed class ServiceAddressTests
{
    private static readonly MeshOptions Aeraki = new() { VirtualAddresses = "240.240.0.0/16" };

    [Fact]
    public void A_service_without_address_gets_one_and_keeps_it_through_changes()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org"));
        var address = Of(mesh, "a.org").AllocatedAddress;
        Assert.StartsWith("127.240.", address);

        mesh.Put(Given.Service("a.org", port: "thrift", endpoints: ["10.0.0.9"]));

        Assert.Equal(address, Of(mesh, "a.org").AllocatedAddress);
    }

    [Fact]
    public void One_with_an_address_needs_none_unless_its_own_cannot_be_listened_at_and_the_range_can()
    {
        var given = Given.Service("a.org", with: entry => entry.Addresses.Add("10.1.1.1/32"));

        Assert.Null(Of(new TestMesh(Aeraki).Put(given), "a.org").AllocatedAddress);
        Assert.NotNull(Of(new TestMesh().Put(given), "a.org").AllocatedAddress);
        Assert.Equal(["10.1.1.1"], Of(new TestMesh().Put(given), "a.org").Addresses.AsEnumerable());
    }

    [Fact]
    public void Wildcards_and_services_without_resolution_get_none()
    {
        var mesh = new TestMesh().Put(Given.Service("*.a.org"), Given.Service("b.org", with: entry => entry.Resolution = ServiceEntry.Types.Resolution.None));

        Assert.Null(Of(mesh, "*.a.org").AllocatedAddress);
        Assert.Null(Of(mesh, "b.org").AllocatedAddress);
    }

    [Fact]
    public void A_range_that_is_full_is_an_error_of_the_resource_that_comes_too_late()
    {
        var late = Given.Service("c.org");
        var mesh = new TestMesh(new() { VirtualAddresses = "127.240.0.0/30" }).Put(Given.Service("a.org"), Given.Service("b.org")).Put(late);

        var problem = Assert.Single(mesh.ProblemsOf(late));
        Assert.True(problem.IsError);
        Assert.Contains("no virtual address left for c.org in 127.240.0.0/30", problem.Text);
    }

    [Fact]
    public void A_service_whose_address_another_resource_gives_itself_gets_another()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org"));
        var before = Of(mesh, "a.org").AllocatedAddress!;

        mesh.Put(Given.Service("b.org", with: entry => entry.Addresses.Add(before)));

        Assert.NotEqual(before, Of(mesh, "a.org").AllocatedAddress);
        Assert.Null(Of(mesh, "b.org").AllocatedAddress);
    }

    private static Service Of(TestMesh mesh, string host) => mesh.Model.FindHost(host)!.Services[0];
}
