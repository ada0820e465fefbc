using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Envoy.Config.Route.V3;
using Meltemi.Codec;
using Meltemi.Program.Client;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Translation;
using Meltemi.Proxy.Routing.Explaining;
using Meltemi.Xds.Reading;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi explain</c>: where a request would go and why, by the proxy's own router on what the proxy was sent.</summary>
internal static class ExplainVerb
{
    public static Command Create()
    {
        var host = new Option<string>("--host") { Description = "Host of the service.", HelpName = "HOST", Required = true };
        var port = new Option<int?>("--port") { Description = "Its port; not needed if it has one.", HelpName = "PORT" };
        var attributes = new Option<Dictionary<string, string>>("--attribute", "-a")
        {
            Description = "An attribute of the request; may be given several times.",
            HelpName = "NAME=VALUE",
            CustomParser = ParseAttributes,
            DefaultValueFactory = _ => [],
        };
        var proxy = new Option<string?>("--proxy") { Description = "Id of the proxy that is asked, or a part of it; not needed if one is connected.", HelpName = "ID" };
        var command = new Command("explain", """
            Say where a request would go and why: which route is taken, which conditions fail in the others, the clusters and their endpoints. Decided by the
            proxy's own router on the routes that the proxy was sent.

            Exit codes: 0 it has a route, 1 it has none, 64 wrong command line.
            """) { host, port, attributes, proxy };
        var mesh = new MeshOptions().AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            using var controller = mesh.Connect(result);
            var id = await ProxyConfigVerb.FindAsync(controller, result.GetValue(proxy), cancel).ConfigureAwait(false);
            var routes = Choose(await ProxyConfigVerb.GetAsync(controller, id, "routes", cancel).ConfigureAwait(false), result.GetRequiredValue(host), result.GetValue(port), id);
            var explanation = RouteExplainer.Explain(Read(routes), result.GetRequiredValue(attributes));
            var output = result.InvocationConfiguration.Output;
            output.WriteLine($"proxy {id}, routes {routes["name"]}");
            ExplanationText.Write(explanation, output);
            if (explanation.Result is null) return ExitCodes.Failed;
            await WriteClustersAsync(controller, id, explanation.Result, output, cancel).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }

    // HOST_PORT is how route configurations are named.
    private static JsonObject Choose(IReadOnlyList<JsonObject> all, string host, int? port, string proxy)
    {
        var wanted = port is null ? $"{host}_" : $"{host}_{port}";
        var found = all.Where(item => $"{item["name"]}" is var name && (port is null ? name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) : name.Equals(wanted, StringComparison.OrdinalIgnoreCase))).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new CommandFailedException(
                $"{proxy} has no routes for {host}{(port is null ? "" : $":{port}")}{Spelling.Hint(wanted, all.Select(item => $"{item["name"]}"))}; 'meltemi proxy-config routes' lists them", ExitCodes.Failed),
            _ => throw new CommandFailedException($"which port? {string.Join(", ", found.Select(item => $"{item["name"]}"))}; say --port", ExitCodes.Usage),
        };
    }

    private static RouteTableConfig Read(JsonObject routes)
    {
        var problems = new ProblemList();
        var message = ResourceReader.Read(routes["resource"]!.ToJsonString(), "envoy.config.route.v3.RouteConfiguration", RouteConfiguration.Parser, problems);
        return EnvoyRoutes.Translate(message, null, new TranslationContext(problems, new CodecRegistry()), "");
    }

    private static async Task WriteClustersAsync(
        ControllerClient controller, string id, RouteResult result, TextWriter output, CancellationToken cancel)
    {
        var clusters = await ProxyConfigVerb.GetAsync(controller, id, "clusters", cancel).ConfigureAwait(false);
        var endpoints = await ProxyConfigVerb.GetAsync(controller, id, "endpoints", cancel).ConfigureAwait(false);
        foreach (var share in result.Clusters)
        {
            output.WriteLine($"cluster {share.Name}: {share.Share:P0} of the requests");
            var cluster = clusters.FirstOrDefault(item => $"{item["name"]}" == share.Name)?["resource"]?.AsObject();
            if (cluster is null)
            {
                output.WriteLine("  there is no such cluster: requests are answered with NC");
                continue;
            }

            foreach (var line in ExplanationText.Policies(cluster)) output.WriteLine($"  {line}");
            var assignment = endpoints.FirstOrDefault(item => $"{item["name"]}" == share.Name)?["resource"]?.AsObject() ?? cluster["loadAssignment"]?.AsObject();
            var table = ConfigTables.Create("endpoints");
            if (assignment is not null) ConfigTables.Add(table, "endpoints", assignment);
            foreach (var row in table.Rows) output.WriteLine($"  endpoint {row[1]} weight {row[2]} {row[4].ToLowerInvariant()}");
            if (table.Count == 0) output.WriteLine("  it has no endpoint: requests are answered with UH");
        }
    }

    private static Dictionary<string, string> ParseAttributes(ArgumentResult result)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var at = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (at > 0) attributes[token.Value[..at]] = token.Value[(at + 1)..];
            else result.AddError($"--attribute must be NAME=VALUE, not '{token.Value}'.");
        }

        return attributes;
    }
}
