using Meltemi.Resources;
using static Meltemi.ControlPlane.Api.Tables.Cells;

namespace Meltemi.ControlPlane.Api.Tables;

/// <summary>The columns of each kind; of a kind that is not named here, those that all have.</summary>
internal static class TableColumns
{
    private static readonly TableColumn NameColumn = new("Name", "Name of the object", row => row.Resource.Key.Name) { Format = "name" };
    private static readonly TableColumn AgeColumn = new("Age", "Time since it was created", Age);

    private static readonly TableColumn[] Conditions =
    [
        new(Condition.Accepted, "Whether it is valid and not overruled by another one", Holds(Condition.Accepted)),
        new(Condition.Resolved, "Whether everything that it names exists", Holds(Condition.Resolved)),
        new(Condition.Programmed, "Whether the proxies that use it have acknowledged it", Holds(Condition.Programmed)),
    ];

    private static readonly TableColumn MessageColumn = new("Message", "What is wrong with it, or how it stands", Message) { Wide = true };

    private static readonly Dictionary<string, TableColumn[]> Special = new(StringComparer.Ordinal)
    {
        ["MetaRouter"] =
        [
            Text("Hosts", "spec.hosts[]"), Counted("Routes", "spec.routes[]"),
            Wide("Gateways", "spec.gateways[]"), Wide("Export", "spec.exportTo[]"),
        ],
        ["ApplicationProtocol"] = [Text("Protocol", "spec.protocol"), Text("Codec", "spec.codec")],
        ["ServiceEntry"] =
        [
            Text("Hosts", "spec.hosts[]"), new("Ports", "Number and name of each port", Pairs("spec.ports[]", "number", "name")),
            Text("Location", "spec.location"), Text("Resolution", "spec.resolution"),
            Wide("Addresses", "spec.addresses[]"), Wide("Endpoints", "spec.endpoints[].address"),
        ],
        ["WorkloadEntry"] =
        [
            Text("Address", "spec.address"),
            Wide("Ports", "spec.ports"), Wide("Account", "spec.serviceAccount"), Wide("Locality", "spec.locality"), Wide("Weight", "spec.weight"),
        ],
        ["WorkloadGroup"] = [Text("Account", "spec.template.serviceAccount"), Text("Ports", "spec.template.ports")],
        ["DestinationRule"] =
        [
            Text("Host", "spec.host"), Text("Subsets", "spec.subsets[].name"), Wide("Balancer", "spec.trafficPolicy.loadBalancer.simple"),
        ],
        ["VirtualService"] = [Text("Gateways", "spec.gateways[]"), Text("Hosts", "spec.hosts[]"), Wide("Export", "spec.exportTo[]")],
        ["Gateway"] =
        [
            Text("Hosts", "spec.servers[].hosts[]"), new("Ports", "Number and name of each port", Pairs("spec.servers[].port", "number", "name")),
            Wide("Selector", "spec.selector"),
        ],
        ["Sidecar"] = [Text("Egress", "spec.egress[].hosts[]"), Wide("Selector", "spec.workloadSelector.labels")],
        ["EnvoyFilter"] = [Text("Patches", "spec.configPatches[].applyTo"), Wide("Selector", "spec.workloadSelector.labels")],
        ["RedisService"] = [Text("Hosts", "spec.host[]")],
        ["RedisDestination"] = [Text("Host", "spec.host")],
        ["AuthorizationPolicy"] = [Text("Action", "spec.action"), Wide("Selector", "spec.selector.matchLabels")],
        ["PeerAuthentication"] = [Text("Mode", "spec.mtls.mode"), Wide("Selector", "spec.selector.matchLabels")],
        ["RequestAuthentication"] = [Text("Issuers", "spec.jwtRules[].issuer"), Wide("Selector", "spec.selector.matchLabels")],
        ["Service"] =
        [
            Text("Type", "spec.type"), Text("Cluster-IP", "spec.clusterIP"),
            new("Port(s)", "Number and protocol of each port", Pairs("spec.ports[]", "port", "protocol")), Wide("Selector", "spec.selector"),
        ],
        ["Endpoints"] = [Text("Endpoints", "subsets[].addresses[].ip"), Text("Ports", "subsets[].ports[].port")],
        ["EndpointSlice"] = [Text("AddressType", "addressType"), Text("Ports", "ports[].port"), Text("Endpoints", "endpoints[].addresses[]")],
        ["Pod"] = [Wide("Node", "spec.nodeName"), Wide("Account", "spec.serviceAccountName")],
        ["Namespace"] = [new("Status", "A namespace is active while it is there", _ => "Active")],
    };

    /// <summary>The columns of a kind. Objects of Kubernetes' own groups have no conditions of ours.</summary>
    public static TableColumn[] Of(ResourceKind kind)
    {
        var special = Special.GetValueOrDefault(kind.Name, []);
        var isOurs = kind.Group.Contains('.', StringComparison.Ordinal) && !kind.Group.EndsWith(".k8s.io", StringComparison.Ordinal);
        return isOurs
            ? [NameColumn, .. special.Where(column => !column.Wide), .. Conditions, AgeColumn, .. special.Where(column => column.Wide), MessageColumn]
            : [NameColumn, .. special.Where(column => !column.Wide), AgeColumn, .. special.Where(column => column.Wide)];
    }

    private static TableColumn Text(string name, string path) => new(name, path, At(path));

    private static TableColumn Wide(string name, string path) => new(name, path, At(path)) { Wide = true };

    private static TableColumn Counted(string name, string path) => new(name, $"Number of {path}", Count(path)) { Type = "integer" };
}
