using System.Globalization;
using Meltemi.Program.Demo.Traffic;

namespace Meltemi.Program.Demo.Views;

/// <summary>A line a second, and one for each change of routes, status or files, for a log.</summary>
internal sealed class PlainView(DemoMesh mesh, Ledger ledger, TextWriter output)
{
    private const string AllGood = "files   all good again";
    private static readonly TimeSpan LookTime = TimeSpan.FromMilliseconds(50);
    private readonly Dictionary<string, string> _told = new() { ["files"] = AllGood };
    private int _seconds;

    public void WriteHead()
    {
        foreach (var service in DemoService.All)
        {
            var instances = mesh.InstancesOf(service).Select(instance => $"{instance.Name} :{instance.Port}");
            output.WriteLine($"{service,-7} clients -> {mesh.AddressOf(service)} -> {string.Join(", ", instances)}");
        }

        output.WriteLine($"admin   {mesh.AdminUrl}");
        output.WriteLine($"files   {mesh.Directory}");
        foreach (var hint in mesh.Hints) output.WriteLine($"        {hint}");
    }

    /// <summary>Writes lines until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var clock = new PeriodicTimer(LookTime);
        var next = Environment.TickCount64 + 1000;
        try
        {
            do
            {
                WriteChanges();
                if (Environment.TickCount64 < next) continue;
                WriteFigures();
                next += 1000;
            }
            while (await clock.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The end of the demo.
        }
    }

    private void WriteChanges()
    {
        foreach (var service in DemoService.All)
        {
            var report = mesh.Report(service);
            if (!report.IsSettled) continue;
            Tell(service, $"{service,-7} {string.Join("; ", report.Routes)}   [{string.Join("; ", [report.Status, .. report.Warnings])}]");
        }

        var problems = mesh.FileProblems;
        Tell("files", problems.Count == 0 ? AllGood : $"files   {string.Join("; ", problems)}");
    }

    private void Tell(string about, string line)
    {
        if (_told.GetValueOrDefault(about) == line) return;
        _told[about] = line;
        output.WriteLine(line);
    }

    private void WriteFigures()
    {
        var snapshot = ledger.TakeSecond();
        var services = DemoService.All.Select(service => Describe(service, snapshot.Services[service].Second));
        output.WriteLine($"{++_seconds,4}s  {string.Join(" | ", services)}");
    }

    private static string Describe(string service, TallySnapshot tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"{service} {tally.Calls,3}/s v2 {tally.PercentV2,5:0.0}% p50 {tally.P50,5:0.00} p99 {tally.P99,6:0.00} ms {tally.Errors} errors");
}
