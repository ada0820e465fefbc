using System.CommandLine;
using System.Text.Json.Nodes;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi analyze</c>: everything that is wrong or surely not meant, over the whole configuration.</summary>
internal static class AnalyzeVerb
{
    public static Command Create()
    {
        var form = MeshOptions.Output("text", "json");
        var command = new Command("analyze", """
            Say everything that is wrong or surely not meant in all resources of the controller.

            Exit codes: 0 no error, 1 an error, 64 wrong command line.
            """) { form };
        var mesh = new MeshOptions().AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            using var controller = mesh.Connect(result);
            var answer = await controller.GetAsync("/meltemi/v1/analysis", cancel: cancel).ConfigureAwait(false);
            var (items, output) = (answer["items"]!.AsArray(), result.InvocationConfiguration.Output);
            if (result.GetValue(form) == "json") output.WriteLine(items.ToJsonString());
            else Write(items, output);
            return items.Any(item => $"{item!["level"]}" == "error") ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(JsonArray items, TextWriter output)
    {
        foreach (var item in items) output.WriteLine($"{item!["level"]}: {item["subject"]}{($"{item["path"]}".Length > 0 ? $" {item["path"]}" : "")}: {item["message"]}");
        var errors = items.Count(item => $"{item!["level"]}" == "error");
        output.WriteLine(items.Count == 0 ? "nothing to complain about" : $"{errors} error{(errors == 1 ? "" : "s")}, {items.Count - errors} warning{(items.Count - errors == 1 ? "" : "s")}");
    }
}
