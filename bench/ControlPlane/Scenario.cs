using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace Meltemi.Bench.ControlPlane;

/// <summary>The size of a simulated mesh.</summary>
/// <param name="Services">ServiceEntries, one host and port each.</param>
/// <param name="Endpoints">Endpoints of each.</param>
/// <param name="Proxies">Connected proxies.</param>
/// <param name="Used">Services that each of them uses, by a Sidecar of its own.</param>
/// <param name="Rate">Changes of endpoints per second.</param>
/// <param name="Changes">How many changes are made.</param>
internal sealed record Scenario(int Services, int Endpoints, int Proxies, int Used, int Rate, int Changes)
{
    /// <summary>Proxies share what they use: each namespace has so many.</summary>
    public const int Namespaces = 100;

    /// <summary>Host of a service.</summary>
    public static string HostOf(int service) => $"s{service}.mesh.example.org";

    /// <summary>How a proxy introduces itself.</summary>
    public static Node NodeOf(int proxy)
    {
        var ns = $"n{proxy % Namespaces}";
        var node = new Node { Id = $"sidecar~10.{200 + (proxy >> 16)}.{(proxy >> 8) & 255}.{proxy & 255}~p{proxy}.{ns}~{ns}.svc.cluster.local", Metadata = new() };
        var labels = new Struct();
        labels.Fields["app"] = Value.ForString($"p{proxy}");
        node.Metadata.Fields["LABELS"] = Value.ForStruct(labels);
        return node;
    }

    /// <summary>Which services a proxy uses: spread over all, so that each service has about the same number of users.</summary>
    public IEnumerable<int> UsedBy(int proxy)
    {
        var step = Math.Max(1, Services / Used);
        for (var i = 0; i < Used; i++) yield return (int)(((long)i * step + (long)proxy * 7919) % Services);
    }

    /// <summary>A service that at least one proxy uses.</summary>
    public int Pick(Random random)
    {
        var used = UsedBy(random.Next(Proxies)).ToArray();
        return used[random.Next(used.Length)];
    }
}
