using System.CommandLine;
using System.Text.Json.Nodes;
using Meltemi.Program.Output;
using Meltemi.Resources;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi diff</c>: what <c>meltemi apply</c> would change.</summary>
internal static class DiffVerb
{
    // What the store gives, and nobody writes.
    private static readonly string[] Generated = ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"];

    public static Command Create()
    {
        var files = ApplyVerb.Files();
        var command = new Command("diff", """
            Show what 'meltemi apply' would change, as diff -u does.

            Exit codes: 0 nothing, 1 something, or the files have errors, 64 wrong command line.
            """) { files };
        var mesh = new MeshOptions().AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var resources = ResourceFiles.ReadValid(result.GetRequiredValue(files), Console.In, result.InvocationConfiguration.Error);
            using var controller = mesh.Connect(result);
            var differs = false;
            foreach (var resource in resources)
            {
                var key = resource.Key;
                var there = await controller.FindAsync(Kinds.Path(key.Kind, key.Namespace, key.Name), cancel: cancel).ConfigureAwait(false);
                var name = ApplyVerb.Name(key);
                differs |= TextDiff.Write($"{name} (live)", there is null ? "" : Text(there, resource.ApiVersion), $"{name} (file)", Text(JsonNode.Parse(resource.Json.Span)!.AsObject(), resource.ApiVersion), output);
            }

            return differs ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static string Text(JsonObject resource, string apiVersion)
    {
        resource.Remove("status");
        resource["apiVersion"] = apiVersion; // Versions of a kind mean the same.
        if (resource["metadata"] is JsonObject metadata)
        {
            foreach (var name in Generated) metadata.Remove(name);
        }

        return Yaml.Text(resource);
    }
}
