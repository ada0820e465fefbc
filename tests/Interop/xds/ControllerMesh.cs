using System.Net;
using System.Text;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Hosting;
using Meltemi.ControlPlane.Stores.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.Interop.Tests.Xds;

/// <summary>The whole controller, told by files: one for each service.</summary>
internal sealed class ControllerMesh : IGrpcMesh
{
    private readonly string _directory = Directory.CreateTempSubdirectory("meltemi-xds-").FullName;
    private FileStore _store = null!;
    private ControllerHost _host = null!;

    private ControllerMesh()
    {
    }

    public int Port => _host.XdsAddress.Port;

    public IReadOnlyCollection<string> Refusals => [.. _host.Push.Proxies.SelectMany(proxy => proxy.States.Values).Select(state => state.Refusal).OfType<string>()];

    public bool InSync => _host.Push.Proxies.Any(proxy => proxy.States.Values.All(state => state.AcceptedAt is not null && state.Refusal is null));

    public static async Task<ControllerMesh> StartAsync()
    {
        var mesh = new ControllerMesh();
        var files = Directory.CreateDirectory(Path.Combine(mesh._directory, "resources")).FullName;
        mesh._store = await FileStore.OpenAsync(new() { Directory = files }, NullLogger.Instance);
        mesh._host = await ControllerHost.StartAsync(mesh._store, new()
        {
            Xds = new(IPAddress.Loopback, 0),
            Api = new(IPAddress.Loopback, 0),
            Tls = new NoTls(),
            StateDirectory = Path.Combine(mesh._directory, "state"),
        }, NullLoggerFactory.Instance);
        return mesh;
    }

    public Task SetAsync(GrpcService service) => WriteAsync(service.Host, Yaml(service));

    public Task RemoveAsync(GrpcService service)
    {
        File.Delete(FileOf(service.Host));
        return Task.CompletedTask;
    }

    /// <summary>Creates or replaces a file at once, as an editor does.</summary>
    public async Task WriteAsync(string name, params string[] resources)
    {
        var partial = FileOf(name) + ".partial";
        await File.WriteAllTextAsync(partial, string.Join("\n---\n", resources));
        File.Move(partial, FileOf(name), overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string FileOf(string name) => Path.Combine(_directory, "resources", $"{name}.yaml");

    private static string Yaml(GrpcService service)
    {
        var name = service.Host.Replace('.', '-');
        var yaml = new StringBuilder($$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: {{name}}, namespace: default }
            spec:
              hosts: [{{service.Host}}]
              ports: [{ number: {{service.Port}}, name: grpc, protocol: GRPC }]
              resolution: STATIC
              location: MESH_INTERNAL
              endpoints:

            """);
        foreach (var (subset, endpoints) in service.Subsets)
        {
            foreach (var endpoint in endpoints)
                yaml.AppendLine($"  - {{ address: {endpoint.Address}, ports: {{ grpc: {endpoint.Port} }}, labels: {{ version: {subset} }} }}");
        }

        yaml.AppendLine($$"""
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: {{name}}, namespace: default }
            spec:
              host: {{service.Host}}
              subsets: [{{string.Join(", ", service.Subsets.Keys.Select(subset => $"{{ name: {subset}, labels: {{ version: {subset} }} }}"))}}]
            """);
        if (service.Outliers)
            yaml.AppendLine("  trafficPolicy: { outlierDetection: { consecutive5xxErrors: 2, interval: 0.5s, baseEjectionTime: 600s, maxEjectionPercent: 50 } }");
        yaml.AppendLine($$"""
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: {{name}}, namespace: default }
            spec:
              hosts: [{{service.Host}}]
              http:
            """);
        foreach (var rule in service.Rules)
        {
            var match = rule.User is null ? "" : $"match: [{{ headers: {{ user: {{ exact: {rule.User} }} }} }}], ";
            var routes = rule.To.Select(to => $"{{ destination: {{ host: {service.Host}, subset: {to.Subset} }}, weight: {to.Weight} }}");
            yaml.AppendLine($"  - {{ {match}route: [{string.Join(", ", routes)}] }}");
        }

        return yaml.ToString();
    }
}
