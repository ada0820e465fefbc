using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Services.Building;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.ControlPlane.Tests.Translation.Support;

/// <summary>A mesh from YAML documents; those that come first are older.</summary>
internal sealed class TestMesh
{
    private readonly List<Resource> _resources = [];

    /// <param name="broken">Also what the rules of its kind refuse is taken, as if it had come past them.</param>
    public TestMesh(string yaml, bool broken = false)
    {
        foreach (var resource in broken ? ReadBroken(yaml) : Read(yaml))
            _resources.Add(resource with { Meta = resource.Meta with { CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(_resources.Count) } });
        Model = Build(_resources);
    }

    public MeshModel Model { get; }

    public DiagnosticSink Problems { get; } = new();

    public IEnumerable<string> Messages => Problems.Found.Select(problem => $"{(problem.IsError ? problem.Concerns : "Warning")} {problem.Path}: {problem.Text}");

    public MeshView View(string ns = "default") => new(Model, ns, Problems);

    public Resource Find(string kind, string name) => All(kind).Single(resource => resource.Key.Name == name);

    public IEnumerable<Resource> All(string kind) => _resources.Where(resource => resource.Kind.Name == kind);

    public Service FindService(string host) => Model.FindHost(host)!.Services[0];

    private static IEnumerable<Resource> Read(string yaml)
    {
        foreach (var parsed in ResourceText.Parse(yaml))
        {
            Assert.Empty(parsed.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.ToString()));
            yield return parsed.Resource!;
        }
    }

    private static IEnumerable<Resource> ReadBroken(string yaml)
    {
        foreach (var part in YamlStream.Split(yaml))
        {
            var root = (YamlMapping)YamlText.Parse(part.Text)!;
            var meta = (YamlMapping)root.Find("metadata")!;
            var kind = ResourceKinds.All.Single(kind => kind.Name == Text(root, "kind"));
            var wire = ResourceReader.ToWire(ResourceSchemas.Set, root.Find("spec")!, kind.MessageType, new ProblemList(), "spec");
            yield return new()
            {
                Key = new(kind, Text(meta, "namespace") is { Length: > 0 } ns ? ns : "default", Text(meta, "name")),
                ApiVersion = Text(root, "apiVersion"),
                Meta = new(),
                Json = default,
                Spec = ResourceKinds.Parser(kind).ParseFrom(wire.Span),
            };
        }
    }

    private static string Text(YamlMapping mapping, string key) => (mapping.Find(key) as YamlScalar)?.Text ?? "";

    private static MeshModel Build(IEnumerable<Resource> resources)
    {
        var options = new MeshOptions();
        var addresses = new AddressAllocator(AddressRange.Parse(options.VirtualAddresses), options.AddressGrace, TimeProvider.System, []);
        var builder = new ModelBuilder(options, addresses);
        builder.Load(new(1, resources.ToImmutableDictionary(resource => resource.Key)));
        return builder.Model;
    }
}
