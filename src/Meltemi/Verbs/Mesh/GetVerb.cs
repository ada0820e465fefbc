using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.Program.Client;
using Meltemi.Program.Output;
using Meltemi.Resources;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi get</c>: lists resources, or shows them whole.</summary>
internal static class GetVerb
{
    private const string AsTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var what = new Argument<string[]>("what") { Description = "KIND, KIND NAME..., KIND,KIND, KIND/NAME... or all.", Arity = ArgumentArity.OneOrMore };
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "In all namespaces." };
        var selector = new Option<string?>("--selector", "-l") { Description = "Only those with these labels, such as app=cart,version!=v1.", HelpName = "LABELS" };
        var output = MeshOptions.Output("table", "wide", "yaml", "json", "name");
        var command = new Command("get", $"""
            List resources, or show them whole.

            Kinds: {string.Join(", ", ResourceKinds.All.Select(kind => kind.Plural))}.
            """) { what, all, selector, output };
        var mesh = new MeshOptions().AddTo(command, withNamespace: true);
        command.SetAction(async (result, cancel) =>
        {
            using var controller = mesh.Connect(result);
            var space = result.GetValue(all) ? null : result.GetValue(mesh.Namespace);
            var query = result.GetValue(selector) is { } labels ? $"?labelSelector={Uri.EscapeDataString(labels)}" : "";
            var targets = Kinds.ParseTargets(result.GetRequiredValue(what));
            var (form, writer) = (result.GetRequiredValue(output), result.InvocationConfiguration.Output);
            if (form is "table" or "wide")
                await WriteTablesAsync(controller, targets, space, query, form == "wide", MeshOptions.Colours(result), writer, cancel).ConfigureAwait(false);
            else
                await WriteObjectsAsync(controller, targets, space, query, form, writer, cancel).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string PathOf(ResourceKind kind, string? name, string? space, string query) =>
        name is null ? Kinds.Path(kind, space) + query : Kinds.Path(kind, space ?? "default", name);

    private static async Task WriteTablesAsync(
        ControllerClient controller, IReadOnlyList<(ResourceKind Kind, string? Name)> targets, string? space, string query, bool wide, bool colours,
        TextWriter writer, CancellationToken cancel)
    {
        var written = 0;
        foreach (var group in targets.GroupBy(target => target.Kind))
        {
            TextTable? table = null;
            foreach (var (kind, name) in group)
            {
                var answer = await controller.GetAsync(PathOf(kind, name, space, query), AsTable, cancel).ConfigureAwait(false);
                ApiTable.Append(ref table, answer, wide, withNamespace: space is null && kind.Namespaced);
            }

            if (table is not { Count: > 0 }) continue;
            if (written++ > 0) writer.WriteLine();
            if (targets.Count > 1) writer.WriteLine($"{group.Key.Plural}:");
            table.Write(writer, colours);
        }

        if (written == 0) writer.WriteLine(space is null ? "nothing found" : $"nothing found in namespace {space}");
    }

    private static async Task WriteObjectsAsync(
        ControllerClient controller, IReadOnlyList<(ResourceKind Kind, string? Name)> targets, string? space, string query, string form,
        TextWriter writer, CancellationToken cancel)
    {
        var found = new List<JsonObject>();
        foreach (var (kind, name) in targets)
        {
            var answer = await controller.GetAsync(PathOf(kind, name, space, query), cancel: cancel).ConfigureAwait(false);
            if (answer["items"] is not JsonArray items) found.Add(answer);
            else found.AddRange(items.Select(item => Complete(item!.AsObject().DeepClone().AsObject(), kind)));
        }

        if (form == "name")
        {
            foreach (var item in found) writer.WriteLine($"{item["kind"]!.GetValue<string>().ToLowerInvariant()}/{item["metadata"]!["name"]}");
        }
        else if (form == "json")
        {
            JsonNode whole = found.Count == 1 && targets is [{ Name: not null }] ? found[0] : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. found]) };
            writer.WriteLine(whole.ToJsonString(Indented));
        }
        else
        {
            writer.Write(string.Join("---\n", found.Select(Yaml.Text)));
        }
    }

    // Items of a list may be without these, since the list says them.
    private static JsonObject Complete(JsonObject item, ResourceKind kind)
    {
        if (item["apiVersion"] is null) item.Insert(0, "apiVersion", kind.Group.Length == 0 ? kind.Versions[0] : $"{kind.Group}/{kind.Versions[0]}");
        if (item["kind"] is null) item.Insert(1, "kind", kind.Name);
        return item;
    }
}
