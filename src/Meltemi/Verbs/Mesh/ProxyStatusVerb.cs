using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.Program.Output;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi proxy-status</c>: who is connected, who runs by the newest, who does not and why.</summary>
internal static class ProxyStatusVerb
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var id = new Argument<string?>("proxy") { Description = "Id of a proxy or a part of it; default: all.", Arity = ArgumentArity.ZeroOrOne };
        var form = MeshOptions.Output("table", "json");
        var command = new Command("proxy-status", """
            Show the proxies that are connected, and for each type of resource whether they run by the newest.

            Exit codes: 0 all are in sync, 1 one is not, or is not connected, 64 wrong command line.
            """) { id, form };
        command.Aliases.Add("ps");
        var mesh = new MeshOptions().AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            using var controller = mesh.Connect(result);
            var answer = await controller.GetAsync("/meltemi/v1/proxies", cancel: cancel).ConfigureAwait(false);
            var wanted = result.GetValue(id) ?? "";
            var proxies = answer["items"]!.AsArray().Where(proxy => proxy!["id"]!.GetValue<string>().Contains(wanted, StringComparison.Ordinal)).ToArray();
            var output = result.InvocationConfiguration.Output;
            if (proxies.Length == 0)
            {
                output.WriteLine(wanted.Length == 0 ? "no proxy is connected" : $"no proxy with '{wanted}' in its id is connected");
                return wanted.Length == 0 ? ExitCodes.Ok : ExitCodes.Failed;
            }

            if (result.GetValue(form) == "json") output.WriteLine(new JsonArray([.. proxies.Select(proxy => proxy!.DeepClone())]).ToJsonString(Indented));
            else Write(proxies!, output, MeshOptions.Colours(result));
            return proxies.All(proxy => proxy!["types"]!.AsArray().All(type => type!["state"]!.GetValue<string>() is "Synced" or "NotAsked")) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static void Write(JsonNode[] proxies, TextWriter output, bool colours)
    {
        var types = proxies[0]["types"]!.AsArray().Select(type => type!["name"]!.GetValue<string>()).ToArray();
        var table = new TextTable(["PROXY", .. types, "CONNECTED", "FROM", "STREAM"]);
        foreach (var proxy in proxies)
        {
            var states = proxy["types"]!.AsArray().Select(type => type!["state"]!.GetValue<string>());
            table.Add([$"{proxy["id"]}", .. states, Ago(proxy["connected"]!), $"{proxy["address"]}", $"{proxy["stream"]}"]);
        }

        table.Write(output, colours);
        foreach (var proxy in proxies)
        {
            foreach (var type in proxy["types"]!.AsArray().Where(type => $"{type!["reason"]}".Length > 0))
                output.WriteLine($"{proxy["id"]} {type!["name"]} {type["state"]} for {Ago(type["since"]!)}: {type["reason"]}");
        }
    }

    private static string Ago(JsonNode time)
    {
        var span = DateTimeOffset.UtcNow - DateTimeOffset.Parse(time.GetValue<string>(), CultureInfo.InvariantCulture);
        return span switch
        {
            { TotalSeconds: < 120 } => $"{Math.Max(0, (int)span.TotalSeconds)}s",
            { TotalMinutes: < 120 } => $"{(int)span.TotalMinutes}m",
            { TotalHours: < 48 } => $"{(int)span.TotalHours}h",
            _ => $"{(int)span.TotalDays}d",
        };
    }
}
