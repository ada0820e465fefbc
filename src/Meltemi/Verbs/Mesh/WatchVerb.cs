using System.CommandLine;
using System.Globalization;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi watch</c>: what happens in the mesh, line by line, until Ctrl-C.</summary>
internal static class WatchVerb
{
    public static Command Create()
    {
        var form = MeshOptions.Output("text", "json");
        var command = new Command("watch", "Show what happens: resources that change, their status, proxies that come, go, accept and refuse. Ends with Ctrl-C.") { form };
        var mesh = new MeshOptions().AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            using var controller = mesh.Connect(result);
            var output = result.InvocationConfiguration.Output;
            try
            {
                await foreach (var item in controller.StreamAsync("/meltemi/v1/events", cancel).ConfigureAwait(false))
                {
                    var time = DateTimeOffset.Parse($"{item["time"]}", CultureInfo.InvariantCulture).ToLocalTime();
                    var message = $"{item["message"]}";
                    output.WriteLine(result.GetValue(form) == "json"
                        ? item.ToJsonString()
                        : $"{time:HH:mm:ss.fff} {item["subject"]} {item["what"]}{(message.Length > 0 ? $": {message}" : "")}");
                    output.Flush();
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return ExitCodes.Ok;
            }

            throw new CommandFailedException("the controller ended the stream", ExitCodes.Failed);
        });
        return command;
    }
}
