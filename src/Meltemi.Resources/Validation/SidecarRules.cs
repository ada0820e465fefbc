using Google.Protobuf.Collections;
using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for Sidecar.</summary>
internal static class SidecarRules
{
    public static void Check(Sidecar spec, FieldPath field)
    {
        Labels.Check(spec.WorkloadSelector?.Labels, field["workloadSelector"]["labels"]);
        CheckEgress(spec.Egress, field["egress"]);
        CheckIngress(spec.Ingress, field["ingress"]);
        TrafficPolicyRules.CheckPool(spec.InboundConnectionPool, field["inboundConnectionPool"]);
        Destinations.Check(spec.OutboundTrafficPolicy?.EgressProxy, field["outboundTrafficPolicy"]["egressProxy"]);
    }

    private static void CheckEgress(RepeatedField<IstioEgressListener> egress, FieldPath field)
    {
        var ports = new HashSet<uint>();
        for (var i = 0; i < egress.Count; i++)
        {
            var (listener, place) = (egress[i], field[i]);
            for (var j = 0; j < listener.Hosts.Count; j++)
                place["hosts"][j].ErrorIf($"'{listener.Hosts[j]}' is not namespace/host", HostComplaint(listener.Hosts[j]));
            CheckBind(listener.Bind, place["bind"]);
            if (listener.Port is null)
            {
                if (i < egress.Count - 1) place.Error("without a port it stands for all other ports, so it must be the last one");
                if (listener.Bind.Length > 0) place["bind"].Error("it needs a port");
            }
            else if (!listener.Bind.StartsWith(Addresses.Unix, StringComparison.Ordinal))
            {
                if (listener.Port.Number == 0 && !place.IsWrong) place["port"]["number"].Error("'number' is missing");
                if (listener.Port.Number > 0 && !ports.Add(listener.Port.Number))
                    place["port"]["number"].Error($"port {listener.Port.Number} is there twice");
            }
        }
    }

    private static void CheckIngress(RepeatedField<IstioIngressListener> ingress, FieldPath field)
    {
        var ports = new HashSet<uint>();
        for (var i = 0; i < ingress.Count; i++)
        {
            var (listener, place) = (ingress[i], field[i]);
            CheckBind(listener.Bind, place["bind"]);
            if (listener.Port is { Number: 0 } && !place.IsWrong) place["port"]["number"].Error("'number' is missing");
            if (listener.Port is { Number: > 0 } && !ports.Add(listener.Port.Number))
                place["port"]["number"].Error($"port {listener.Port.Number} is there twice");
            TrafficPolicyRules.CheckPool(listener.ConnectionPool, place["connectionPool"]);
        }
    }

    private static void CheckBind(string bind, FieldPath field)
    {
        if (bind.Length == 0 || Addresses.IsIp(bind) || bind.StartsWith(Addresses.Unix, StringComparison.Ordinal)) return;
        field.Error($"'{bind}' is neither an IP address nor {Addresses.Unix}PATH");
    }

    private static string? HostComplaint(string host)
    {
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return "there is no slash; ./* is every host of the own namespace";
        var (space, name) = (host[..slash], host[(slash + 1)..]);
        if (space == "~") return name == "*" ? null : "~ goes with * only: no host at all";
        if (space is not ("*" or ".") && Names.LabelComplaint(space) is { } complaint) return $"in the namespace, {complaint}";
        return name.Length == 0 ? "the host is empty" : Hosts.Complaint(name, wildcard: true);
    }
}
