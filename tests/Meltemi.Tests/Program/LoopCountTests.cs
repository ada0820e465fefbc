using Meltemi.Program;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Program;

public class LoopCountTests
{
    [Theory]
    [InlineData(0, "sidecar~10.0.0.1~a.b~b.svc", 1, 1)]
    [InlineData(0, "sidecar~10.0.0.1~a.b~b.svc", 2, 1)]
    [InlineData(0, "", 8, 4)]
    [InlineData(0, "router~10.0.0.1~a.b~b.svc", 8, 8)]
    [InlineData(3, "router~10.0.0.1~a.b~b.svc", 8, 3)]
    public void A_sidecar_leaves_half_of_the_cores_to_its_application_and_a_gateway_takes_all(int asked, string id, int cores, int loops) =>
        Assert.Equal(loops, LoopCount.For(asked, new NodeConfig { Id = id }, cores));
}
