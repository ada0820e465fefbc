using Meltemi.Codec.Declarative;
using Meltemi.Xds.Declarative.V1;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Codec.Declarative;

public class DescriptionTests
{
    private const string Text = """
        name: tiny
        byteOrder: LITTLE_ENDIAN
        layout:
        - { name: magic, type: u16, value: "0xbeef" }
        - { name: body, type: TEXT, size: REST, when: { magic: [1, 2] } }
        kinds: [ { is: request } ]
        """;

    [Fact]
    public void Fields_are_named_as_people_write_them()
    {
        var problems = new ProblemList();
        var protocol = Description.Read(Text, problems);

        Assert.Empty(problems.ToSorted());
        Assert.Equal("tiny", protocol.Name);
        Assert.Equal("0xbeef", protocol.Layout[0].Value.StringValue);
        Assert.Equal(2, protocol.Layout[1].When.Fields["magic"].ListValue.Values.Count);
        Assert.Equal(Kind.Request, protocol.Kinds[0].Is);
    }

    [Fact]
    public void A_resource_has_it_in_its_config()
    {
        var problems = new ProblemList();
        var resource = $"kind: ApplicationProtocol\nspec:\n  protocol: tiny\n  config:\n{string.Join('\n', Text.Split('\n').Select(line => "    " + line))}\n";
        Assert.Equal("tiny", Description.Read(resource, problems).Name);
        Assert.Empty(problems.ToSorted());
    }

    [Fact]
    public void What_is_wrong_is_named_with_its_place()
    {
        var problems = new ProblemList();
        Description.Read(Text.Replace("type: TEXT", "type: TEX", StringComparison.Ordinal), problems);
        var problem = Assert.Single(problems.ToSorted());
        Assert.StartsWith("5:", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains("layout[1].type", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains("did you mean TEXT", problem.ToString(), StringComparison.Ordinal);
    }
}
