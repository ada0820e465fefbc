using Meltemi.Interop.Tests.Dubbo;
using Meltemi.Interop.Tests.Support;
using Meltemi.Interop.Tests.Thrift;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Tests.Support;

namespace Meltemi.Interop.Tests;

/// <summary>Prometheus' own checker on what a proxy says after real traffic.</summary>
public sealed class FiguresTests(DubboServers servers) : IClassFixture<DubboServers>
{
    [PeerFact(Tools.Node, Tools.Npm, Tools.Promtool)]
    public async Task Promtool_accepts_the_figures_of_a_proxy_with_Dubbo_traffic()
    {
        var upstream = await servers.GetAsync(DubboPeers.ApacheServer);
        using var mesh = new Mesh(
            new DubboCodecFactory(),
            [Mesh.Route("main", ("interface", "com.example.Greeter")), Mesh.Route("empty", ("interface", "com.\"quoted\"\\line\nbreak"))],
            [Mesh.Cluster("main", upstream.Address), Mesh.Cluster("empty")]);
        await DubboPeers.CallAsync(DubboPeers.Apache, mesh.Port, "hello", "exception", "many", "heartbeat");
        await DubboPeers.CallAsync(DubboPeers.Apache, mesh.Port, "--interface", "com.\"quoted\"\\line\nbreak", "hello");
        await DubboPeers.CallAsync(DubboPeers.Apache, mesh.Port, "--interface", "com.example.Nobody", "hello");

        var text = mesh.Prometheus();

        Accepted(text);
        Assert.Contains("request_method=\"sayHello\"", text);
        Assert.Contains("request_interface=\"com.\\\"quoted\\\"\\\\line\uFFFDbreak\"", text);
    }

    [PeerFact(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift, Tools.Promtool)]
    public async Task Promtool_accepts_the_figures_of_a_proxy_with_Thrift_traffic()
    {
        var dialect = new ThriftDialect("framed", "compact", true);
        await using var upstream = await ThriftPeers.ServeAsync(ThriftPeers.Python, dialect);
        using var mesh = new Mesh(
            new ThriftCodecFactory(), [Mesh.Route("main", ("method", "who")), Mesh.Route("main", ("method", "notify"))],
            [Mesh.Cluster("main", upstream.Address)]);
        await using var calling = await ThriftPeers.ConnectAsync(ThriftPeers.Python, mesh.Port, dialect);
        await calling.CallAsync("""{"call": "who"}""");
        await calling.CallAsync("""{"call": "notify", "args": ["x"]}""");
        await calling.CallAsync("""{"call": "ping"}""");

        var text = mesh.Prometheus();

        Accepted(text);
        Assert.Contains("request_method=\"who\"", text);
        Assert.Contains("request_interface=\"Shop\"", text);
    }

    private static void Accepted(string text)
    {
        var (exitCode, complaints) = Promtool.CheckMetrics(text);
        Assert.True(exitCode is 0 or 3, complaints); // 3: matters of taste, of names that Envoy and Istio gave.
        Assert.All(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(envoy|istio)_", line));
    }
}
