using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Meltemi.Bench.Lab.Arms;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Commands;

/// <summary><c>lab start</c>: how long a proxy takes from its execution until it serves.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 7 };
        var armName = new Option<string>("--arm") { Description = "Default: meltemi.", DefaultValueFactory = _ => "meltemi" };
        var meltemi = new MeltemiOptions();
        var command = new Command("start", "Prints the time from exec to ready and to the first right answer; medians of several runs.")
        {
            runs, armName, meltemi.Path, meltemi.Arguments,
        };
        command.SetAction(parsed =>
        {
            var times = new List<(double Ready, double Answer)>();
            for (var i = 0; i < parsed.GetValue(runs); i++)
            {
                using var bench = new Workbench(meltemi.Program(parsed));
                // Once without a proxy, so that the lab's own first request is not what is measured.
                _ = Measure(bench.Start("direct"));
                times.Add(Measure(bench.Start(parsed.GetRequiredValue(armName))));
                Print($"run {i + 1}", times[i].Ready, times[i].Answer);
            }
            Print("median", Median(times.Select(time => time.Ready)), Median(times.Select(time => time.Answer)));
            return 0;
        });
        return command;
    }

    private static (double Ready, double Answer) Measure(Arm arm)
    {
        arm.WaitUntilReady();
        var ready = Clock.Now;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(arm.EndPoint(Lane.Dubbo));
        Probe.Ask(socket);
        var started = arm.Process?.StartedAt ?? ready;
        return ((ready - started) / 1e6, (Clock.Now - started) / 1e6);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static void Print(string what, double ready, double answer) =>
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-8} ready {ready,8:F1} ms   first answer {answer,8:F1} ms"));
}
