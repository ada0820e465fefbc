using System.Text;
using Meltemi.Resources;

namespace Meltemi.Bench.ControlPlane;

/// <summary>The resources of a simulated mesh, read from JSON as a store would.</summary>
internal static class MeshResources
{
    /// <summary>A service of Dubbo; every change of it has other endpoints.</summary>
    public static Resource Service(Scenario scenario, int service, int change)
    {
        var json = new StringBuilder();
        json.Append("{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"ServiceEntry\",\"metadata\":{\"name\":\"s").Append(service)
            .Append("\",\"namespace\":\"mesh\"},\"spec\":{\"hosts\":[\"").Append(Scenario.HostOf(service))
            .Append("\"],\"ports\":[{\"number\":20880,\"name\":\"tcp-metaprotocol-dubbo\"}],\"location\":\"MESH_INTERNAL\",\"resolution\":\"STATIC\",\"endpoints\":[");
        for (var i = 0; i < scenario.Endpoints; i++)
        {
            var number = (service * scenario.Endpoints) + i;
            if (i > 0) json.Append(',');
            json.Append("{\"address\":\"10.").Append((number >> 16) & 255).Append('.').Append((number >> 8) & 255).Append('.').Append(number & 255)
                .Append("\",\"labels\":{\"version\":\"v").Append(1 + (i % 2)).Append("\"},\"weight\":").Append(1 + ((i + change) % scenario.Endpoints == 0 ? change + 1 : 0)).Append('}');
        }

        return Read(json.Append("]}}"));
    }

    /// <summary>What a proxy's workload uses.</summary>
    public static Resource Sidecar(Scenario scenario, int proxy)
    {
        var json = new StringBuilder("{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"Sidecar\",\"metadata\":{\"name\":\"p").Append(proxy)
            .Append("\",\"namespace\":\"n").Append(proxy % Scenario.Namespaces)
            .Append("\"},\"spec\":{\"workloadSelector\":{\"labels\":{\"app\":\"p").Append(proxy).Append("\"}},\"egress\":[{\"hosts\":[");
        json.AppendJoin(',', scenario.UsedBy(proxy).Select(service => $"\"mesh/{Scenario.HostOf(service)}\""));
        return Read(json.Append("]}]}}"));
    }

    private static Resource Read(StringBuilder json)
    {
        var read = ResourceText.FromJson(Encoding.UTF8.GetBytes(json.ToString()));
        return read.Resource ?? throw new InvalidDataException(string.Join("; ", read.Problems));
    }
}
