using Google.Protobuf;
using Meltemi.Resources;
using Meltemi.Xds.Schema;

namespace Meltemi.ControlPlane.Tests.Resources;

/// <summary>The registry of kinds.</summary>
public class ResourceKindsTests
{
    [Fact]
    public void Every_kind_has_a_message_and_its_parser_makes_that_message() => Assert.All(ResourceKinds.All, kind =>
    {
        Assert.NotNull(ResourceSchemas.Set.Message(kind.MessageType));
        Assert.Equal(kind.MessageType, ((IMessage)ResourceKinds.Parser(kind).ParseFrom(ByteString.Empty)).Descriptor.FullName);
    });

    [Theory]
    [InlineData("metarouters")]
    [InlineData("MetaRouter")]
    [InlineData("mr")]
    [InlineData("metarouters.metaprotocol.aeraki.io")]
    [InlineData("MetaRouter.metaprotocol.aeraki.io")]
    public void A_kind_has_many_names(string name) => Assert.Same(ResourceKinds.MetaRouter, ResourceKinds.Named(name));

    [Fact]
    public void A_name_that_is_not_known_has_no_kind()
    {
        Assert.Null(ResourceKinds.Named("deployments"));
        Assert.Null(ResourceKinds.Find("", "MetaRouter"));
        Assert.Same(ResourceKinds.Gateway, ResourceKinds.Find("networking.istio.io", "Gateway"));
    }

    [Fact]
    public void No_two_kinds_share_a_name()
    {
        var names = ResourceKinds.All.SelectMany(kind => kind.ShortNames.Append(kind.Plural).Append(kind.Singular).Distinct());
        Assert.DoesNotContain(names.GroupBy(name => name), same => same.Count() > 1);
    }

    [Fact]
    public void All_names_in_the_schemas_are_those_of_json()
    {
        Assert.Equal(Dialect.Kubernetes, ResourceSchemas.Set.Dialect);
        var names = ResourceSchemas.Set.MessageNames.SelectMany(name => ResourceSchemas.Set.Message(name)!.FieldList.Select(field => field.Name));
        Assert.DoesNotContain(names, name => name.Contains('_'));
    }
}
