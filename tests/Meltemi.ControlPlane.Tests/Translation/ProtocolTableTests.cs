using Meltemi.ControlPlane.Translation;
using Meltemi.Protocols;

namespace Meltemi.ControlPlane.Tests.Translation;

public class ProtocolTableTests
{
    public static TheoryData<string> BuiltIn { get; } = [.. BuiltInProtocols.All.Select(factory => factory.Names[0])];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Every_protocol_that_comes_with_the_proxy_is_known_and_asked_for_by_a_name_that_the_proxy_has(string protocol)
    {
        var table = new ProtocolTable([]);

        Assert.True(table.Knows(protocol));
        Assert.Contains(table.Describe(protocol).Codec.Name, BuiltInProtocols.All.Single(factory => factory.Names[0] == protocol).Names);
    }
}
