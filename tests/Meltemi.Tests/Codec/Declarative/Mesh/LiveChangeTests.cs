using AwesomeRpc.Server;
using Meltemi.Resources;

namespace Meltemi.Tests.Codec.Declarative.Mesh;

/// <summary>A protocol that only an ApplicationProtocol describes: controller, proxy, servers and clients on real sockets, and nothing restarted.</summary>
public class LiveChangeTests
{
    private static readonly ResourceKey Protocol = new(ResourceKinds.ApplicationProtocol, "", "awesome");

    [Fact]
    public async Task A_description_is_in_force_at_once_and_a_bad_one_never()
    {
        await using var stable = new AwesomeServer(name: "stable").AddDemo();
        await using var canary = new AwesomeServer(name: "canary").AddDemo();
        await using var mesh = await DeclaredMesh.StartAsync(stable.Port, canary.Port, description => description);

        // 1. By the first description the tenant stands in the header 'user'.
        await mesh.ServedByAsync("canary", ("user", "gold"));
        await mesh.ServedByAsync("stable", ("customer", "gold"));
        await mesh.ServedByAsync("stable", ("user", "silver"));
        await mesh.StatusAsync(Protocol, text => text.StartsWith("Accepted True", StringComparison.Ordinal));

        // 2. By the second in 'customer': new connections are read by it, and the one that was open still works.
        var open = await mesh.ConnectAsync();
        Assert.Equal("canary", (await open.CallAsync("echo", headers: new Dictionary<string, string> { ["user"] = "gold" }))["served-by"]);
        mesh.Describe(description => description.Replace("headers.user", "headers.customer", StringComparison.Ordinal));
        await mesh.ServedByAsync("canary", ("customer", "gold"));
        await mesh.ServedByAsync("stable", ("user", "gold"));
        await open.DisposeAsync();

        // 3. A bad one is refused with place and reason, and the last good one serves on.
        mesh.Describe(description => description.Replace("size: headersLength", "size: headerLength", StringComparison.Ordinal));
        await mesh.StatusAsync(Protocol, text => text.StartsWith("Accepted False", StringComparison.Ordinal));
        Assert.Contains("spec.config.layout[7].size: there is no field 'headerLength' in the layout; did you mean 'headersLength'?", mesh.Status(Protocol));
        await mesh.ServedByAsync("canary", ("customer", "gold"));

        // 4. And when it is right again, all is well.
        mesh.Describe(description => description.Replace("headers.user", "headers.tenant", StringComparison.Ordinal));
        await mesh.ServedByAsync("canary", ("tenant", "gold"));
        await mesh.StatusAsync(Protocol, text => text.StartsWith("Accepted True", StringComparison.Ordinal));
    }
}
