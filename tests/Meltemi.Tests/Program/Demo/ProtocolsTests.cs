using Meltemi.Program.Demo.Protocols;
using Meltemi.Protocols;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Program.Demo;

public class ProtocolsTests
{
    [Fact]
    public async Task The_same_rules_hold_in_every_protocol()
    {
        var output = new StringWriter();
        var log = new CapturedLog();
        Assert.True(await ProtocolsRunner.RunAsync(output, log.Log, default), output.ToString());
        log.Verify();
        foreach (var protocol in BuiltInProtocols.All.Select(factory => factory.Names[0]))
            Assert.Matches($"(?m)^{protocol} .* 40 of 40 +3 +1 +10 of 10 +15 of 20 +5 of 5 +1 of 1 .* as it must$", output.ToString());
    }
}
