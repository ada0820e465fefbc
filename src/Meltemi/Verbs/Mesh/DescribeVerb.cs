using System.CommandLine;
using System.Text.Json.Nodes;
using Meltemi.Program.Output;
using Meltemi.Resources;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi describe</c>: a resource and the truth about it: conditions, problems, which proxies run by it.</summary>
internal static class DescribeVerb
{
    public static Command Create()
    {
        var what = new Argument<string[]>("what") { Description = "KIND NAME..., or KIND/NAME...", Arity = ArgumentArity.OneOrMore };
        var command = new Command("describe", "Show a resource with its conditions, its problems and the proxies that run by it.") { what };
        var mesh = new MeshOptions().AddTo(command, withNamespace: true);
        command.SetAction(async (result, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var space = result.GetRequiredValue(mesh.Namespace);
            using var controller = mesh.Connect(result);
            foreach (var (kind, name) in Kinds.ParseTargets(result.GetRequiredValue(what)))
            {
                if (name is null) throw new CommandFailedException("describe needs a name; 'meltemi get' lists them", ExitCodes.Usage);
                var resource = await controller.GetAsync(Kinds.Path(kind, space, name), cancel: cancel).ConfigureAwait(false);
                Write(resource, output, MeshOptions.Colours(result));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(JsonObject resource, TextWriter output, bool colours)
    {
        var metadata = resource["metadata"]!;
        output.WriteLine($"Name:        {metadata["name"]}");
        output.WriteLine($"Namespace:   {metadata["namespace"]}");
        output.WriteLine($"Kind:        {resource["kind"]} ({resource["apiVersion"]})");
        output.WriteLine($"Created:     {metadata["creationTimestamp"]}, generation {metadata["generation"]}");
        if (metadata["labels"] is JsonObject labels) output.WriteLine($"Labels:      {string.Join(", ", labels.Select(label => $"{label.Key}={label.Value}"))}");
        output.WriteLine();
        WriteStatus(resource["status"], output, colours);
        output.WriteLine();
        var body = resource["spec"] is JsonObject spec ? new JsonObject { ["spec"] = spec.DeepClone() } : Body(resource);
        output.Write(Yaml.Text(body));
    }

    private static void WriteStatus(JsonNode? status, TextWriter output, bool colours)
    {
        if (status?["conditions"] is not JsonArray { Count: > 0 } conditions)
        {
            output.WriteLine("The controller has not looked at it yet.");
            return;
        }

        var table = new TextTable("CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE");
        foreach (var condition in conditions)
            table.Add($"{condition!["type"]}", $"{condition["status"]}", $"{condition["reason"]}", $"{condition["lastTransitionTime"]}", $"{condition["message"]}");
        table.Write(output, colours);
        foreach (var message in status["validationMessages"]?.AsArray() ?? [])
            output.WriteLine($"{message!["level"]?.ToString().ToLowerInvariant()}: {message["path"]}: {message["message"]}");
    }

    private static JsonObject Body(JsonObject resource)
    {
        var body = resource.DeepClone().AsObject();
        foreach (var name in new[] { "apiVersion", "kind", "metadata", "status" }) body.Remove(name);
        return body;
    }
}
