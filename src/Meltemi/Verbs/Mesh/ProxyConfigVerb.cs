using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.Program.Client;
using Meltemi.Program.Output;
using Meltemi.Resources;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi proxy-config</c>: what a proxy was sent.</summary>
internal static class ProxyConfigVerb
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var type = new Argument<string>("type") { Description = "listeners, routes, clusters, endpoints or bootstrap." };
        type.AcceptOnlyFromAmong("listeners", "routes", "clusters", "endpoints", "bootstrap");
        var id = new Argument<string?>("proxy") { Description = "Id of a proxy or a part of it; not needed if one is connected.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "Only resources with this in their name.", HelpName = "TEXT" };
        var form = MeshOptions.Output("table", "json", "yaml");
        var command = new Command("proxy-config", "Show what a proxy was sent by the controller.") { type, id, name, form };
        command.Aliases.Add("pc");
        var mesh = new MeshOptions().AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            using var controller = mesh.Connect(result);
            var proxy = await FindAsync(controller, result.GetValue(id), cancel).ConfigureAwait(false);
            var answer = await GetAsync(controller, proxy, result.GetRequiredValue(type), cancel).ConfigureAwait(false);
            var part = result.GetValue(name) ?? "";
            var items = answer.Where(item => $"{item["name"]}".Contains(part, StringComparison.Ordinal)).ToArray();
            Write(items, result.GetRequiredValue(type), result.GetRequiredValue(form), result.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The id of the one connected proxy that has <paramref name="part"/> in its id.</summary>
    /// <exception cref="CommandFailedException">There is none, or more than one.</exception>
    public static async Task<string> FindAsync(ControllerClient controller, string? part, CancellationToken cancel)
    {
        var answer = await controller.GetAsync("/meltemi/v1/proxies", cancel: cancel).ConfigureAwait(false);
        var ids = answer["items"]!.AsArray().Select(proxy => proxy!["id"]!.GetValue<string>()).ToArray();
        if (part is not null && ids.Contains(part)) return part;
        var found = ids.Where(id => id.Contains(part ?? "", StringComparison.Ordinal)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new CommandFailedException(ids.Length == 0 ? "no proxy is connected; start one with 'meltemi proxy --controller HOST:PORT'" : $"no proxy has '{part}' in its id; 'meltemi proxy-status' lists them", ExitCodes.Failed),
            _ => throw new CommandFailedException($"which proxy? {string.Join(", ", found.Take(5))}{(found.Length > 5 ? $" and {found.Length - 5} more" : "")}", ExitCodes.Usage),
        };
    }

    /// <summary>What a proxy was sent of a type: objects with name, version and resource.</summary>
    public static async Task<IReadOnlyList<JsonObject>> GetAsync(ControllerClient controller, string proxy, string type, CancellationToken cancel)
    {
        var answer = await controller.GetAsync($"/meltemi/v1/proxies/{Uri.EscapeDataString(proxy)}/{type}", cancel: cancel).ConfigureAwait(false);
        return [.. answer["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    private static void Write(JsonObject[] items, string type, string form, TextWriter output)
    {
        if (form == "json")
        {
            output.WriteLine(new JsonArray([.. items.Select(item => item["resource"]!.DeepClone())]).ToJsonString(Indented));
        }
        else if (form == "yaml" || type == "bootstrap")
        {
            output.Write(string.Join("---\n", items.Select(item => Yaml.Text(item["resource"]!.AsObject()))));
        }
        else
        {
            var table = ConfigTables.Create(type);
            foreach (var item in items) ConfigTables.Add(table, type, item["resource"]!.AsObject());
            table.Write(output, colours: false);
        }
    }
}
