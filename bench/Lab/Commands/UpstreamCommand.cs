using System.CommandLine;
using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Commands;

/// <summary><c>lab upstream</c>: the server behind the arms, in its own process.</summary>
internal static class UpstreamCommand
{
    public static Command Create()
    {
        var ports = Enum.GetValues<ProtocolKind>().ToDictionary(
            protocol => protocol, protocol => new Option<int>($"--{protocol.ToString().ToLowerInvariant()}-port") { Description = $"Port for {protocol}; 0: any free one." });
        var tied = new Option<bool>("--until-stdin-closes") { Description = "Ends with the program that started it." };
        var command = new Command("upstream", "Serves all protocols, one thread.") { tied };
        foreach (var port in ports.Values)
            command.Options.Add(port);
        command.SetAction(parsed =>
        {
            using var server = new UpstreamServer(protocol => parsed.GetValue(ports[protocol]));
            Console.Out.WriteLine(server.Ports);
            server.Run(parsed.GetValue(tied) ? StdinCloses() : static () => false);
            return 0;
        });
        return command;
    }

    private static Func<bool> StdinCloses()
    {
        var input = Console.OpenStandardInput();
        var closed = false;
        var watcher = new Thread(() =>
        {
            while (input.ReadByte() >= 0)
                continue;
            Volatile.Write(ref closed, true);
        });
        watcher.IsBackground = true;
        watcher.Start();
        return () => Volatile.Read(ref closed);
    }
}
