using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Meltemi.Proxy.Admin;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Tests.Admin;

/// <summary>A proxy with one listener and one cluster, for the admin interface to show.</summary>
internal sealed class FakeProxy(Log log) : IAdminState
{
    public ServerState State { get; set; } = ServerState.Live;

    public string Version => "1.2.3";

    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow - TimeSpan.FromSeconds(90);

    public IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string> { ["config_path"] = "a.yaml" };

    public NodeConfig Node { get; } =
        new() { Id = "n1", Cluster = "c1", Metadata = ImmutableDictionary<string, string>.Empty.Add("NAMESPACE", "shop") };

    public MetricRegistry Metrics { get; } = new(1);

    public Log Log => log;

    public bool Fails { get; set; }

    public string ConfigDump() => Fails ? throw new InvalidOperationException("broken dump") : """{"configs":[]}""";

    public IReadOnlyList<ClusterRow> Clusters()
    {
        var stats = EndpointStats.Create(Metrics, "b", "10.0.0.1:80");
        return
        [
            new ClusterRow("b", new LimitsConfig(), [
                new EndpointRow(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 80), 3, HealthFlags.None, stats),
                new EndpointRow(new UnixDomainSocketEndPoint("/run/b"), 1, HealthFlags.ToldUnhealthy, null, "b.example") { Place = new(new("r", "z"), Priority: 1) },
            ]),
        ];
    }

    public IReadOnlyList<ListenerRow> Listeners() =>
        [new ListenerRow("l", [new IPEndPoint(IPAddress.Any, 20880), new IPEndPoint(IPAddress.IPv6Any, 20880)])];

    public void DrainListeners() => State = ServerState.Draining;
}
