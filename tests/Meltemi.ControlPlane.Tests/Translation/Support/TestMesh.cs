using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Reading;
using Service = Meltemi.ControlPlane.Services.Service;
using ServicePort = Meltemi.ControlPlane.Services.ServicePort;

namespace Meltemi.ControlPlane.Tests.Translation.Support;

/// <summary>A mesh from YAML documents; those that come first are older.</summary>
internal sealed class TestMesh
{
    private readonly List<Resource> _resources = [];

    public TestMesh(string yaml)
    {
        foreach (var parsed in ResourceText.Parse(yaml))
        {
            Assert.Empty(parsed.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.ToString()));
            var resource = parsed.Resource!;
            _resources.Add(resource with { Meta = resource.Meta with { CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(_resources.Count) } });
        }

        Model = Build();
    }

    public MeshModel Model { get; }

    public DiagnosticSink Problems { get; } = new();

    public IEnumerable<string> Messages => Problems.Found.Select(problem => $"{(problem.IsError ? problem.Concerns : "Warning")} {problem.Path}: {problem.Text}");

    public MeshView View(string ns = "default") => new(Model, ns, Problems);

    public Resource Find(string kind, string name) => All(kind).Single(resource => resource.Key.Name == name);

    public IEnumerable<Resource> All(string kind) => _resources.Where(resource => resource.Kind.Name == kind);

    public Service FindService(string host) => Model.FindHost(host)!.Services[0];

    private MeshModel Build()
    {
        var hosts = ImmutableDictionary.CreateBuilder<string, HostConfig>(StringComparer.Ordinal);
        foreach (var resource in _resources)
        {
            foreach (var name in HostsOf(resource))
            {
                var host = hosts.GetValueOrDefault(name) ?? new(name);
                hosts[name] = resource.Spec switch
                {
                    ServiceEntry entry => host with { Services = host.Services.Add(ToService(resource, entry, name)) },
                    DestinationRule => host with { DestinationRules = host.DestinationRules.Add(resource) },
                    MetaRouter => host with { MetaRouters = host.MetaRouters.Add(resource) },
                    _ => host with { VirtualServices = host.VirtualServices.Add(resource) },
                };
            }
        }

        return new()
        {
            Hosts = hosts.ToImmutable(),
            Others = _resources.GroupBy(resource => resource.Kind).ToImmutableDictionary(
                kind => kind.Key,
                kind => kind.GroupBy(resource => resource.Key.Namespace).ToImmutableDictionary(ns => ns.Key, ns => ns.ToImmutableArray())),
        };
    }

    private static string[] HostsOf(Resource resource) => resource.Spec switch
    {
        ServiceEntry entry => [.. entry.Hosts],
        DestinationRule rule => [rule.Host],
        MetaRouter router => [.. router.Hosts],
        VirtualService service => [.. service.Hosts],
        _ => [],
    };

    private static Service ToService(Resource resource, ServiceEntry entry, string host) => new()
    {
        Id = new(resource.Key.Namespace, host),
        Source = resource.Key,
        Created = resource.Meta.CreationTimestamp,
        Ports = [.. entry.Ports.Select(ToPort)],
        ExportTo = Exports.Of(resource),
    };

    private static ServicePort ToPort(Meltemi.Resources.Istio.ServicePort port) => port.Name.Split('-') switch
    {
        ["tcp", "metaprotocol", var application, ..] => new((int)port.Number, port.Name, PortKind.Meta, application),
        ["grpc", ..] => new((int)port.Number, port.Name, PortKind.Grpc),
        _ => new((int)port.Number, port.Name, PortKind.Tcp),
    };
}
