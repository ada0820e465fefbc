using Envoy.Config.Route.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Routes;

namespace Meltemi.ControlPlane.Tests.Translation.Support;

/// <summary>Aeraki's demo service, with the MetaRouter that a test is about.</summary>
internal static class DemoService
{
    public const string Host = "org.apache.dubbo.samples.basic.api.demoservice";
    public const string Whole = $"outbound|20880||{Host}";
    public const string V1 = $"outbound|20880|v1|{Host}";
    public const string V2 = $"outbound|20880|v2|{Host}";

    public const string Service = $$"""
        apiVersion: networking.istio.io/v1beta1
        kind: ServiceEntry
        metadata: { name: demo }
        spec:
          hosts: [{{Host}}]
          ports: [{ number: 20880, name: tcp-metaprotocol-dubbo, protocol: TCP }]
          resolution: STATIC
        ---
        apiVersion: networking.istio.io/v1alpha3
        kind: DestinationRule
        metadata: { name: demo }
        spec:
          host: {{Host}}
          subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
        """;

    /// <summary>A MetaRouter of the service, from what stands under <c>spec</c> beside the host.</summary>
    public static string Router(string spec, string name = "router") => $"""
        apiVersion: metaprotocol.aeraki.io/v1alpha1
        kind: MetaRouter
        metadata: {"{"} name: {name} {"}"}
        spec:
          hosts: [{Host}]
        {Indent(spec, 2)}
        """;

    /// <summary>The routes of a MetaRouter that leaves everything as it is.</summary>
    public const string Plain = $"routes: [{{ route: [{{ destination: {{ host: {Host} }} }}] }}]";

    /// <summary>The service, its subsets, a MetaRouter and whatever else.</summary>
    public static TestMesh Mesh(string spec, params string[] more) => new(string.Join("\n---\n", [Service, Router(spec), .. more]));

    /// <summary>The service, its subsets, and a MetaRouter that the rules of its kind refuse.</summary>
    public static TestMesh Broken(string spec) => new(string.Join("\n---\n", [Service, Router(spec)]), broken: true);

    /// <summary>The service, its subsets, and a MetaRouter with one route to v1 and these fields, that its rules refuse.</summary>
    public static TestMesh BrokenRoute(string fields) =>
        Broken($"routes:\n- route: [{{ destination: {{ host: {Host}, subset: v1 }} }}]\n{Indent(fields, 2)}");

    /// <summary>The service, its subsets, and a MetaRouter with one route to v1 and these fields.</summary>
    public static TestMesh Route(string fields, params string[] more) =>
        Mesh($"routes:\n- route: [{{ destination: {{ host: {Host}, subset: v1 }} }}]\n{Indent(fields, 2)}", more);

    /// <summary>What clients with these labels are sent.</summary>
    public static Translated<RouteConfiguration> Translate(this TestMesh mesh, LabelSet? client = null)
    {
        var service = mesh.FindService(Host);
        return MetaRoutes.Translate(service, service.Ports[0], client ?? LabelSet.Empty, mesh.View());
    }

    /// <summary>The only route of what clients are sent.</summary>
    public static Route OnlyRoute(this TestMesh mesh) => Assert.Single(Assert.Single(mesh.Translate().Message.VirtualHosts).Routes);

    /// <summary>The routes as the proxy has them.</summary>
    public static ProxyRoutes Proxy(this TestMesh mesh, LabelSet? client = null) => new(mesh.Translate(client).Message);

    /// <summary>What the analysis of the MetaRouter says.</summary>
    public static IEnumerable<string> Analyze(this TestMesh mesh, string name = "router")
    {
        MetaRouterAnalysis.Analyze(mesh.Find("MetaRouter", name), mesh.View(), ProxyRoutes.Catalog);
        return mesh.Messages;
    }

    private static string Indent(string text, int columns) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', columns) + line));
}
