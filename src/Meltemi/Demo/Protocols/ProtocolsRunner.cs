using System.Globalization;
using System.Net;
using Meltemi.Program.Output;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program.Demo.Protocols;

/// <summary>
/// <c>meltemi demo --protocols</c>: one small flow through each protocol, with the same rules for all, and a table of what it saw. Servers, proxy and
/// clients run in this process, on free ports of the loopback interface.
/// </summary>
internal static class ProtocolsRunner
{
    /// <summary>Runs it; whether everything went where the rules say.</summary>
    /// <exception cref="CommandFailedException">The proxy cannot be had.</exception>
    public static async Task<bool> RunAsync(TextWriter output, Log log, CancellationToken stop)
    {
        var running = new List<RunningProtocol>();
        using var dead = new ReservedAddress(IPAddress.Loopback);
        using var host = new ProxyHost(0, new DataPlaneOptions { Log = log });
        try
        {
            foreach (var protocol in DemoProtocol.All) running.Add(new(protocol));
            Configure(host, ProtocolsYaml.Bootstrap(running, dead.EndPoint.Port));
            var results = new List<FlowResult>();
            var proxy = (IPEndPoint)host.DataPlane.FindListener(ProtocolsYaml.Listener)!.Addresses.First();
            foreach (var protocol in running) results.Add(await new Flow(protocol.Protocol, proxy).RunAsync(stop).ConfigureAwait(false));

            Write(output, results, new ProxyFigures(host.DataPlane.Metrics.Collect()));
            return results.TrueForAll(result => result.IsAsExpected);
        }
        finally
        {
            await host.DrainAsync(TimeSpan.FromSeconds(1), stop).ConfigureAwait(false);
            foreach (var protocol in running) await protocol.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static void Configure(ProxyHost host, string bootstrap)
    {
        var loaded = BootstrapLoader.LoadText(bootstrap, CodecPlugins.Load([]));
        var problems = loaded.Config is { } config ? host.Apply(config) : [.. loaded.Problems.Select(problem => problem.ToString())];
        if (problems.Count > 0) throw new CommandFailedException($"the demo's configuration is not taken: {string.Join("; ", problems)}", ExitCodes.Failed);
    }

    private static void Write(TextWriter output, List<FlowResult> results, ProxyFigures figures)
    {
        output.WriteLine($"""
            One port, where each connection's first bytes tell its protocol, and the same rules for all: calls of {ProtocolsYaml.Canary} go to version 2,
            {ProtocolsYaml.Limited} may make {ProtocolsYaml.Limit} an hour, those of {ProtocolsYaml.Chaos} fail on purpose, sayHello goes to version 1, of which a server is down: calls that
            meet it are tried again, and after {ProtocolsYaml.Failures} of them it is ejected. Nothing is there for other methods.
            Of awesomerpc the proxy knows a description in YAML (samples/protocols), no code.

            """);
        var table = new TextTable("PROTOCOL", "CALLS", "TO V1", "TRIED AGAIN", "EJECTED", "CANARY TO V2", "OVER LIMIT", "FAULTS", "NO ROUTE", "P50 MS", "RESULT");
        foreach (var result in results)
        {
            table.Add(
                result.Protocol, $"{result.Calls}", $"{result.Stable.V1} of {result.Stable.Calls}",
                $"{figures.OfCluster("envoy_cluster_upstream_rq_retry", $"{result.Protocol}-v1")}",
                $"{figures.OfCluster("envoy_cluster_outlier_detection_ejections_active", $"{result.Protocol}-v1")}",
                $"{result.Canary.V2} of {result.Canary.Calls}", $"{result.Limited.Errors} of {result.Limited.Calls}",
                $"{result.Chaos.Errors} of {result.Chaos.Calls}", $"{result.Unknown.Errors} of {result.Unknown.Calls}",
                result.P50.ToString("0.00", CultureInfo.InvariantCulture), result.IsAsExpected ? "as it must" : "NOT AS IT MUST");
        }

        table.Write(output, colours: false);
        output.WriteLine();
        var words = new TextTable("PROTOCOL", "WHAT THE PROXY SAW", "WHAT A CLIENT SEES THAT IS OVER ITS LIMIT");
        foreach (var result in results) words.Add(result.Protocol, string.Join(", ", figures.Calls(result.Protocol)), result.Limited.Error ?? "-");
        words.Write(output, colours: false);
        output.WriteLine();
        output.WriteLine($"{(results.All(result => result.IsAsExpected) ? "ok" : "FAILED")}: {results.Sum(result => result.Calls)} calls in {results.Count} protocols");
    }
}
