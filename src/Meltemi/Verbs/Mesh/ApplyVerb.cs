using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Meltemi.Program.Client;
using Meltemi.Resources;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi apply</c>: makes resources be as the files say.</summary>
internal static class ApplyVerb
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var files = Files();
        var dryRun = new Option<bool>("--dry-run") { Description = "Let the controller check everything and change nothing." };
        var wait = new Option<TimeSpan>("--wait")
        {
            Description = "Wait so long at most until every proxy concerned runs by it, and show the status.",
            HelpName = "DURATION",
            CustomParser = Durations.Parse,
        };
        var command = new Command("apply", """
            Create resources or replace them by what the files say. If one of the files has an error, nothing is changed.

            Exit codes: 0 done, 1 refused, or not in force when --wait ran out, 64 wrong command line.
            """) { files, dryRun, wait };
        var mesh = new MeshOptions().AddTo(command, withNamespace: true);
        command.SetAction(async (result, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var resources = ResourceFiles.ReadValid(result.GetRequiredValue(files), Console.In, error);
            using var controller = mesh.Connect(result);
            var query = result.GetValue(dryRun) ? "?dryRun=All" : "";
            foreach (var resource in resources)
            {
                var (done, warnings) = await PutAsync(controller, resource, query, cancel).ConfigureAwait(false);
                output.WriteLine($"{Name(resource.Key)} {done}{(query.Length > 0 ? " (dry run)" : "")}");
                foreach (var warning in warnings) error.WriteLine($"warning: {warning}");
            }

            var limit = result.GetValue(wait);
            return limit == default || query.Length > 0 || await WaitAsync(controller, resources, limit, output, cancel).ConfigureAwait(false)
                ? ExitCodes.Ok
                : ExitCodes.Failed;
        });
        return command;
    }

    /// <summary>The option that names files.</summary>
    public static Option<string[]> Files() => new("--filename", "-f")
    {
        Description = "File, directory, or - for standard input; may be given several times.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>As kubectl writes it: <c>metarouter/cart</c>.</summary>
    public static string Name(ResourceKey key) => $"{key.Kind.Singular}/{key.Name}";

    private static async Task<(string Done, IReadOnlyList<string> Warnings)> PutAsync(
        ControllerClient controller, Resource resource, string query, CancellationToken cancel)
    {
        var key = resource.Key;
        var body = JsonNode.Parse(resource.Json.Span)!.AsObject();
        var path = Kinds.Path(key.Kind, key.Namespace, key.Name);
        if (await controller.FindAsync(path, cancel: cancel).ConfigureAwait(false) is not { } there)
            return ("created", (await controller.WriteAsync(HttpMethod.Post, Kinds.Path(key.Kind, key.Namespace) + query, body, cancel).ConfigureAwait(false)).Warnings);
        body["metadata"]!["resourceVersion"] = there["metadata"]!["resourceVersion"]!.GetValue<string>();
        var (answer, warnings) = await controller.WriteAsync(HttpMethod.Put, path + query, body, cancel).ConfigureAwait(false);
        var same = answer["metadata"]!["resourceVersion"]?.ToString() == there["metadata"]!["resourceVersion"]?.ToString();
        return (same ? "unchanged" : "configured", warnings);
    }

    private static async Task<bool> WaitAsync(
        ControllerClient controller, IReadOnlyList<Resource> resources, TimeSpan limit, TextWriter output, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var good = true;
        foreach (var key in resources.Select(resource => resource.Key))
        {
            while (true)
            {
                var there = await controller.GetAsync(Kinds.Path(key.Kind, key.Namespace, key.Name), cancel: cancel).ConfigureAwait(false);
                var state = StatusText.Of(there);
                if (state is { Settled: false } && clock.Elapsed < limit)
                {
                    await Task.Delay(StatusInterval, cancel).ConfigureAwait(false);
                    continue;
                }

                good &= state.Good;
                output.WriteLine($"{Name(key)} {state.Summary}");
                break;
            }
        }

        return good;
    }
}
