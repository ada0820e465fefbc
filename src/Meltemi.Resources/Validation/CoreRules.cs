using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources.Core;
using Meltemi.Resources.Discovery;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for Kubernetes' kinds, as far as the mesh builds on them.</summary>
internal static class CoreRules
{
    /// <summary>The label that names the service of an EndpointSlice.</summary>
    private const string ServiceName = "kubernetes.io/service-name";

    public static void Check(Service service, FieldPath field)
    {
        var (spec, place) = (service.Spec ?? new(), field["spec"]);
        Labels.Check(spec.Selector, place["selector"]);
        if (spec.ClusterIP is not ("" or "None") && !Addresses.IsIp(spec.ClusterIP))
            place["clusterIP"].Error($"'{spec.ClusterIP}' is neither an IP address nor None");
        if (spec.Type == "ExternalName")
        {
            if (spec.ExternalName.Length == 0) place["externalName"].Error("'externalName' is missing, which the type ExternalName needs");
            Hosts.Check(spec.ExternalName, place["externalName"]);
        }
        else if (spec.Ports.Count == 0 && spec.ClusterIP != "None" && !place.IsWrong)
        {
            place["ports"].Error("'ports' is missing");
        }

        CheckPorts(spec, place["ports"]);
    }

    public static void Check(Endpoints endpoints, FieldPath field)
    {
        for (var i = 0; i < endpoints.Subsets.Count; i++)
        {
            var (subset, place) = (endpoints.Subsets[i], field["subsets"][i]);
            CheckIps([.. subset.Addresses.Select(address => address.Ip)], place["addresses"]);
            CheckIps([.. subset.NotReadyAddresses.Select(address => address.Ip)], place["notReadyAddresses"]);
        }
    }

    public static void Check(EndpointSlice slice, ResourceMeta meta, FieldPath field)
    {
        if (!meta.Labels.ContainsKey(ServiceName))
            field["metadata"]["labels"].Warning($"without the label {ServiceName} it belongs to no service");
        if (slice.AddressType is not ("" or "IPv4" or "IPv6" or "FQDN"))
            field["addressType"].Error($"must be IPv4, IPv6 or FQDN, not {slice.AddressType}");
        for (var i = 0; i < slice.Endpoints.Count; i++)
        {
            for (var j = 0; j < slice.Endpoints[i].Addresses.Count; j++)
            {
                var (address, place) = (slice.Endpoints[i].Addresses[j], field["endpoints"][i]["addresses"][j]);
                if (slice.AddressType == "FQDN")
                    Hosts.Check(address, place);
                else if (slice.AddressType is "IPv4" or "IPv6" && Addresses.IsVersion4(address) != (slice.AddressType == "IPv4"))
                    place.Error($"'{address}' is not an {slice.AddressType} address");
            }
        }
    }

    public static void Check(Pod pod, FieldPath field)
    {
        var address = pod.Status?.PodIP ?? "";
        if (address.Length > 0 && !Addresses.IsIp(address)) field["status"]["podIP"].Error($"'{address}' is not an IP address");
    }

    private static void CheckPorts(ServiceSpec spec, FieldPath field)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Ports.Count; i++)
        {
            var (port, place) = (spec.Ports[i], field[i]);
            if (port.Name.Length == 0 && spec.Ports.Count > 1) place["name"].Error("'name' is missing, which each of several ports needs");
            if (port.Name.Length > 0) place["name"].ErrorIf($"'{port.Name}' cannot be a port's name", Names.LabelComplaint(port.Name));
            if (port.Name.Length > 0 && !names.Add(port.Name)) place["name"].Error($"'{port.Name}' is there twice");
            if (port.Protocol is not ("" or "TCP" or "UDP" or "SCTP"))
                place["protocol"].Error($"must be TCP, UDP or SCTP, not {port.Protocol}");
            if (!IsPort(port.TargetPort)) place["targetPort"].Error("must be a port number or a port's name");
        }
    }

    private static bool IsPort(Value? value) => value?.KindCase switch
    {
        null or Value.KindOneofCase.None or Value.KindOneofCase.NullValue => true,
        Value.KindOneofCase.NumberValue => value.NumberValue is >= 1 and <= 65535 && Math.Floor(value.NumberValue) == value.NumberValue,
        Value.KindOneofCase.StringValue => Names.LabelComplaint(value.StringValue) is null,
        _ => false,
    };

    private static void CheckIps(IReadOnlyList<string> addresses, FieldPath field)
    {
        for (var i = 0; i < addresses.Count; i++)
        {
            if (addresses[i].Length > 0 && !Addresses.IsIp(addresses[i])) field[i]["ip"].Error($"'{addresses[i]}' is not an IP address");
        }
    }
}
