using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>Resources for tests, made without text. Their age is the number given: greater is younger.</summary>
internal static class Given
{
    public const string Dubbo = "tcp-metaprotocol-dubbo";

    public static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Resource Of(ResourceKind kind, string ns, string name, IMessage spec, int age = 0, params (string Key, string Value)[] labels) => new()
    {
        Key = new(kind, ns, name),
        ApiVersion = $"{kind.Group}/{kind.Versions[0]}",
        Meta = new()
        {
            CreationTimestamp = Epoch.AddSeconds(age),
            Labels = labels.ToImmutableDictionary(label => label.Key, label => label.Value),
        },
        Json = Encoding.UTF8.GetBytes(spec.ToString()!),
        Spec = spec,
    };

    /// <summary>A service of one port, 20880 unless it is said otherwise, with endpoints at addresses (optionally <c>address/version</c>).</summary>
    public static Resource Service(string host, string ns = "shop", int age = 0, string port = Dubbo, int number = 20880, string[]? endpoints = null, Action<ServiceEntry>? with = null)
    {
        var entry = new ServiceEntry
        {
            Hosts = { host },
            Ports = { new ServicePort { Number = (uint)number, Name = port } },
            Resolution = ServiceEntry.Types.Resolution.Static,
            Location = ServiceEntry.Types.Location.MeshInternal,
        };
        foreach (var endpoint in endpoints ?? ["10.0.0.1"]) entry.Endpoints.Add(Endpoint(endpoint));
        with?.Invoke(entry);
        return Of(ResourceKinds.ServiceEntry, ns, host, entry, age);
    }

    public static WorkloadEntry Endpoint(string text)
    {
        var parts = text.Split('/');
        var endpoint = new WorkloadEntry { Address = parts[0] };
        if (parts.Length > 1) endpoint.Labels["version"] = parts[1];
        return endpoint;
    }

    public static Resource Rule(string host, string ns = "shop", int age = 0, string? name = null, string[]? subsets = null, Action<DestinationRule>? with = null)
    {
        var rule = new DestinationRule { Host = host };
        foreach (var subset in subsets ?? []) rule.Subsets.Add(new Subset { Name = subset, Labels = { ["version"] = subset } });
        with?.Invoke(rule);
        return Of(ResourceKinds.DestinationRule, ns, name ?? host, rule, age);
    }

    public static Resource Router(string host, string ns = "shop", int age = 0, string? name = null, params (string Host, string Subset, int Weight)[] to)
    {
        var router = new MetaRouter { Hosts = { host } };
        var route = new MetaRoute { Name = "all" };
        foreach (var (target, subset, weight) in to)
            route.Route.Add(new MetaRouteDestination { Destination = new() { Host = target, Subset = subset }, Weight = (uint)weight });
        if (to.Length > 0) router.Routes.Add(route);
        return Of(ResourceKinds.MetaRouter, ns, name ?? host, router, age);
    }

    public static Resource Sidecar(string ns, string name, params string[] hosts) => Sidecar(ns, name, sidecar =>
    {
        if (hosts.Length > 0) sidecar.Egress.Add(new IstioEgressListener { Hosts = { hosts } });
    });

    public static Resource Sidecar(string ns, string name, Action<Sidecar> with)
    {
        var sidecar = new Sidecar();
        with(sidecar);
        return Of(ResourceKinds.Sidecar, ns, name, sidecar);
    }
}
