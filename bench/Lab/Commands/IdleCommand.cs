using System.CommandLine;
using System.Globalization;
using Meltemi.Bench.Lab.Arms;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Commands;

/// <summary><c>lab idle</c>: what idle connections cost in memory.</summary>
internal static class IdleCommand
{
    private const int OtherDescriptors = 200;

    public static Command Create()
    {
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 10_000 };
        var armName = new Option<string>("--arm") { Description = "Default: meltemi.", DefaultValueFactory = _ => "meltemi" };
        var meltemi = new MeltemiOptions();
        var command = new Command("idle", "Opens idle connections and prints the proxy's resident memory before and after.")
        {
            connections, armName, meltemi.Path, meltemi.Arguments,
        };
        command.SetAction(parsed =>
        {
            var count = parsed.GetValue(connections);
            RequireDescriptors(count);
            using var bench = new Workbench(meltemi.Program(parsed), ownRuntime: true);
            var arm = bench.Open([parsed.GetRequiredValue(armName)])[0];
            // The first request makes what all others share.
            using (var one = new IdleConnections(arm.EndPoint(Lane.Dubbo), 1))
                one.AskOnEach();
            if (arm.Process is null)
                throw new ArgumentException("Without a proxy there is nothing to measure.");
            Print(arm, count, Settled(arm));
            return 0;
        });
        return command;
    }

    private static void Print(Arm arm, int count, long before)
    {
        Line("before", before);
        var descriptors = arm.OpenDescriptors();
        using var idle = new IdleConnections(arm.EndPoint(Lane.Dubbo), count);
        arm.WaitUntil(() => arm.OpenDescriptors() >= descriptors + count);
        Line($"{count} open, nothing sent", Settled(arm));
        idle.AskOnEach();
        Line("after one request on each", Settled(arm));

        void Line(string when, long bytes)
        {
            var each = (bytes - before) / 1024.0 / count;
            var own = arm.PrivateBytes() / 1048576.0;
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{when,-30}{bytes / 1048576.0,10:F1} MiB, {own:F1} of it private{each,10:F2} KiB per connection"));
        }
    }

    /// <summary>Resident memory when it has not fallen for a second: what the start needed, a proxy may give back a little later.</summary>
    private static long Settled(Arm arm)
    {
        var least = long.MaxValue;
        var since = Clock.Now;
        while (true)
        {
            var bytes = arm.ResidentBytes();
            if (bytes < least)
                (least, since) = (bytes, Clock.Now);
            else if (Clock.Now - since > 1_000_000_000)
                return bytes;
            Thread.Sleep(20);
        }
    }

    private static void RequireDescriptors(int connections)
    {
        var line = File.ReadLines("/proc/self/limits").First(one => one.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) && limit < connections + OtherDescriptors)
            throw new InvalidOperationException($"{connections} connections need a higher 'ulimit -n' than {limit}.");
    }
}
