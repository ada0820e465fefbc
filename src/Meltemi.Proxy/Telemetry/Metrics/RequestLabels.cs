using System.Text.Json;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Istio's standard labels of a listener's requests. What the proxy knows of itself comes from the node's metadata
/// (<c>WORKLOAD_NAME</c>, <c>NAMESPACE</c>, <c>CLUSTER_ID</c>, and of the pod's <c>LABELS</c>, a JSON object, <c>app</c>, <c>version</c>
/// and
/// <c>service.istio.io/canonical-name</c> and <c>-revision</c>) and describes the source or the destination, whichever the proxy stands
/// beside. The other side is what the cluster's name says of it, <c>unknown</c> for the rest.
/// </summary>
/// <param name="node">Who this proxy is.</param>
/// <param name="protocol">Label <c>request_protocol</c>.</param>
/// <param name="reporter">
/// <c>source</c> or <c>destination</c>; null: destination for clusters named <c>inbound|...</c>, else source.
/// </param>
/// <param name="securityPolicy">Label <c>connection_security_policy</c>: <c>none</c> or <c>mutual_tls</c>.</param>
public sealed class RequestLabels(NodeConfig node, string protocol, string? reporter = null, string securityPolicy = "none")
{
    private readonly Peer _self = Peer.Of(node);

    /// <summary>All labels but those of the single request (interface, method, code, flags).</summary>
    /// <param name="cluster">The cluster's name; empty: the request has none.</param>
    public Labels For(string cluster)
    {
        var inbound = cluster.StartsWith("inbound|", StringComparison.Ordinal);
        var side = reporter ?? (inbound ? "destination" : "source");
        var source = side == "source" ? _self : Peer.Stranger;
        var destination = side == "source" ? Peer.Stranger : _self;
        var (service, name, serviceNamespace) = Service(cluster);
        return Labels.Of(
            ("reporter", side),
            ("source_workload", source.Workload),
            ("source_workload_namespace", source.Namespace),
            ("source_principal", LabelText.Unknown),
            ("source_app", source.App),
            ("source_version", source.Version),
            ("source_cluster", source.Cluster),
            ("source_canonical_service", source.CanonicalService),
            ("source_canonical_revision", source.CanonicalRevision),
            ("destination_workload", destination.Workload),
            ("destination_workload_namespace", destination.Namespace),
            ("destination_principal", LabelText.Unknown),
            ("destination_app", destination.App),
            ("destination_version", destination.Version),
            ("destination_cluster", destination.Cluster),
            ("destination_canonical_service", destination.CanonicalService),
            ("destination_canonical_revision", destination.CanonicalRevision),
            ("destination_service", service),
            ("destination_service_name", name),
            ("destination_service_namespace", serviceNamespace),
            ("request_protocol", protocol),
            ("connection_security_policy", securityPolicy));
    }

    // Istio names clusters direction|port|subset|host; the host of a Kubernetes service is name.namespace.svc.domain.
    private static (string Service, string Name, string Namespace) Service(string cluster)
    {
        if (cluster.Length == 0) return (LabelText.Unknown, LabelText.Unknown, LabelText.Unknown);
        var parts = cluster.Split('|');
        var host = parts.Length == 4 && parts[3].Length > 0 ? parts[3] : cluster;
        var names = host.Split('.');
        return names.Length >= 3 && names[2] == "svc" ? (host, names[0], names[1]) : (host, host, LabelText.Unknown);
    }

    private sealed record Peer
    {
        public static Peer Stranger { get; } = new();

        public string Workload { get; init; } = LabelText.Unknown;

        public string Namespace { get; init; } = LabelText.Unknown;

        public string App { get; init; } = LabelText.Unknown;

        public string Version { get; init; } = LabelText.Unknown;

        public string Cluster { get; init; } = LabelText.Unknown;

        public string CanonicalService { get; init; } = LabelText.Unknown;

        public string CanonicalRevision { get; init; } = LabelText.Unknown;

        public static Peer Of(NodeConfig node)
        {
            var pod = PodLabels(node.Metadata.GetValueOrDefault("LABELS"));
            var workload = FirstOf(node.Metadata.GetValueOrDefault("WORKLOAD_NAME"), node.Cluster);
            var app = FirstOf(pod.GetValueOrDefault("app"), pod.GetValueOrDefault("app.kubernetes.io/name"));
            var version = FirstOf(pod.GetValueOrDefault("version"), pod.GetValueOrDefault("app.kubernetes.io/version"));
            return new Peer
            {
                Workload = workload,
                Namespace = FirstOf(node.Metadata.GetValueOrDefault("NAMESPACE")),
                App = app,
                Version = version,
                Cluster = FirstOf(node.Metadata.GetValueOrDefault("CLUSTER_ID")),
                CanonicalService = FirstOf(
                    pod.GetValueOrDefault("service.istio.io/canonical-name"), app == LabelText.Unknown ? null : app, workload),
                CanonicalRevision = FirstOf(
                    pod.GetValueOrDefault("service.istio.io/canonical-revision"), version == LabelText.Unknown ? null : version, "latest"),
            };
        }

        private static string FirstOf(params ReadOnlySpan<string?> candidates)
        {
            foreach (var candidate in candidates)
            {
                if (!string.IsNullOrEmpty(candidate)) return candidate;
            }

            return LabelText.Unknown;
        }

        private static Dictionary<string, string> PodLabels(string? json)
        {
            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            if (string.IsNullOrEmpty(json)) return labels;
            try
            {
                using var document = JsonDocument.Parse(json);
                if (document.RootElement.ValueKind != JsonValueKind.Object) return labels;
                foreach (var label in document.RootElement.EnumerateObject()) labels[label.Name] = label.Value.ToString();
            }
            catch (JsonException)
            {
                // Labels for people to look at: without them the figures still count.
            }

            return labels;
        }
    }
}
