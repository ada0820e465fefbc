using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Services.Building;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Meltemi.Xds.Reading;

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

        Model = Build(_resources);
    }

    public MeshModel Model { get; }

    public DiagnosticSink Problems { get; } = new();

    public IEnumerable<string> Messages => Problems.Found.Select(problem => $"{(problem.IsError ? problem.Concerns : "Warning")} {problem.Path}: {problem.Text}");

    public MeshView View(string ns = "default") => new(Model, ns, Problems);

    public Resource Find(string kind, string name) => All(kind).Single(resource => resource.Key.Name == name);

    public IEnumerable<Resource> All(string kind) => _resources.Where(resource => resource.Kind.Name == kind);

    public Service FindService(string host) => Model.FindHost(host)!.Services[0];

    private static MeshModel Build(IEnumerable<Resource> resources)
    {
        var options = new MeshOptions();
        var addresses = new AddressAllocator(AddressRange.Parse(options.VirtualAddresses), options.AddressGrace, TimeProvider.System, []);
        var builder = new ModelBuilder(options, addresses);
        builder.Load(new(1, resources.ToImmutableDictionary(resource => resource.Key)));
        return builder.Model;
    }
}
