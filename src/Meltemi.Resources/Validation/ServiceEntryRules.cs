using Google.Protobuf.Collections;
using Meltemi.Resources.Istio;
using Resolution = Meltemi.Resources.Istio.ServiceEntry.Types.Resolution;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for ServiceEntry.</summary>
internal static class ServiceEntryRules
{
    public static void Check(ServiceEntry spec, FieldPath field)
    {
        CheckHosts(spec, field["hosts"]);
        Scopes.CheckExportTo(spec.ExportTo, field["exportTo"]);
        CheckPorts(spec.Ports, field["ports"]);
        CheckAddresses(spec, field["addresses"]);
        Labels.Check(spec.WorkloadSelector?.Labels, field["workloadSelector"]["labels"]);
        if (spec.WorkloadSelector is not null && spec.Endpoints.Count > 0)
            field["workloadSelector"].Error("'endpoints' and 'workloadSelector' exclude each other");
        if (spec.WorkloadSelector is { Labels.Count: 0 }) field["workloadSelector"].Warning("without labels it selects nothing");
        for (var i = 0; i < spec.Endpoints.Count; i++) CheckEndpoint(spec, spec.Endpoints[i], field["endpoints"][i]);
        CheckResolution(spec, field);
    }

    private static void CheckHosts(ServiceEntry spec, FieldPath field)
    {
        Hosts.CheckAll(spec.Hosts, field, wildcard: true);
        for (var i = 0; i < spec.Hosts.Count; i++)
        {
            if (spec.Hosts[i] == "*") field[i].Error("a service cannot be every host");
        }
    }

    private static void CheckPorts(RepeatedField<ServicePort> ports, FieldPath field)
    {
        if (ports.Count == 0 && !field.IsWrong) field.Warning("without ports nobody can reach the service");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<uint>();
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            if (port.Name.Length > 0)
            {
                field[i]["name"].ErrorIf($"'{port.Name}' cannot be a port's name", Names.AnyCaseLabelComplaint(port.Name));
                if (!names.Add(port.Name)) field[i]["name"].Error($"'{port.Name}' is there twice");
            }

            if (port.Number > 0 && !numbers.Add(port.Number)) field[i]["number"].Error($"port {port.Number} is there twice");
            if (PortProtocol.Of(port.Name, port.Protocol).Kind == PortProtocolKind.Udp) field[i]["protocol"].Warning("UDP is not served");
        }
    }

    private static void CheckAddresses(ServiceEntry spec, FieldPath field)
    {
        for (var i = 0; i < spec.Addresses.Count; i++)
        {
            var address = spec.Addresses[i];
            if (Addresses.BlockComplaint(address) is { } complaint)
                field[i].Error($"'{address}' is no address for a service: {complaint}");
            else if (address.Contains('/', StringComparison.Ordinal) && spec.Resolution is not (Resolution.None or Resolution.Static))
                field[i].Error("a block of addresses goes with resolution NONE or STATIC only");
        }
    }

    private static void CheckEndpoint(ServiceEntry spec, WorkloadEntry endpoint, FieldPath field)
    {
        WorkloadRules.Check(endpoint, field);
        foreach (var (name, _) in endpoint.Ports)
        {
            if (!spec.Ports.Any(port => port.Name == name))
                field["ports"].Entry(name).Error($"the service has no port '{name}'{Known(spec)}");
        }

        var isUnix = endpoint.Address.StartsWith(Addresses.Unix, StringComparison.Ordinal);
        if (isUnix && spec.Ports.Count > 1) field["address"].Error("a socket in the file system can only serve a service with one port");
        if (spec.Resolution == Resolution.Static && endpoint.Address.Length > 0 && !isUnix && !Addresses.IsIp(endpoint.Address))
            field["address"].Error($"'{endpoint.Address}' must be an IP address, since resolution is STATIC; names need DNS");
        if (spec.Resolution is Resolution.Dns or Resolution.DnsRoundRobin && isUnix)
            field["address"].Error("a socket in the file system goes with resolution STATIC");
    }

    private static string Known(ServiceEntry spec) =>
        spec.Ports.Count == 0 ? "" : $"; its ports are {string.Join(", ", spec.Ports.Select(port => port.Name))}";

    private static void CheckResolution(ServiceEntry spec, FieldPath field)
    {
        switch (spec.Resolution)
        {
            case Resolution.None when spec.Endpoints.Count > 0:
                field["endpoints"].Error(
                    "with resolution NONE there are no endpoints: traffic goes where the client sent it; write STATIC or DNS");
                break;
            case Resolution.None when spec.WorkloadSelector is not null:
                field["workloadSelector"].Warning("with resolution NONE traffic goes where the client sent it; write STATIC");
                break;
            case Resolution.Static when spec.Endpoints.Count == 0 && spec.WorkloadSelector is null && !field["endpoints"].IsWrong:
                field["resolution"].Warning("there are neither endpoints nor a workloadSelector: nobody answers");
                break;
            case Resolution.DnsRoundRobin when spec.Endpoints.Count > 1:
                field["endpoints"].Error("with resolution DNS_ROUND_ROBIN there can be only one");
                break;
            case Resolution.DynamicDns:
                field["resolution"].Warning("DYNAMIC_DNS is not implemented yet, the service is ignored");
                break;
        }

        if (spec.Resolution is not (Resolution.Dns or Resolution.DnsRoundRobin)) return;
        if (spec.Endpoints.Count > 0 || spec.WorkloadSelector is not null) return;
        for (var i = 0; i < spec.Hosts.Count; i++)
        {
            if (!Hosts.IsPlain(spec.Hosts[i]))
                field["hosts"][i].Error($"'{spec.Hosts[i]}' cannot be looked up in DNS; give endpoints, or resolution NONE");
        }
    }
}
