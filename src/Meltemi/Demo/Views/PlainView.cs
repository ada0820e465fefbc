using System.Globalization;
using Meltemi.Program.Demo.Traffic;

namespace Meltemi.Program.Demo.Views;

/// <summary>A line a second, for a log.</summary>
internal sealed class PlainView(DemoMesh mesh, Ledger ledger, TextWriter output)
{
    private readonly Lock _lock = new();
    private int _seconds;

    public void WriteHead()
    {
        foreach (var service in DemoService.All)
        {
            var instances = mesh.Instances.Where(instance => instance.Service == service)
                .Select(instance => $"{instance.Name} :{instance.Port}");
            output.WriteLine($"{service,-7} clients -> {mesh.AddressOf(service)} -> {string.Join(", ", instances)}");
        }

        output.WriteLine($"admin   {mesh.AdminUrl}");
    }

    /// <summary>Notes new rules; under the lock, since the lines come from another thread.</summary>
    public void WriteRules(DemoRules rules)
    {
        lock (_lock) output.WriteLine($"routes: {RouteText.OneLine(DemoService.Dubbo, rules)}");
    }

    /// <summary>Writes lines until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await clock.WaitForNextTickAsync(stop).ConfigureAwait(false)) WriteLine();
        }
        catch (OperationCanceledException)
        {
            // The end of the demo.
        }
    }

    private void WriteLine()
    {
        var snapshot = ledger.TakeSecond();
        var services = DemoService.All.Select(service => Describe(service, snapshot.Services[service].Second));
        lock (_lock) output.WriteLine($"{++_seconds,4}s  {mesh.Rules,-26} | {string.Join(" | ", services)}");
    }

    private static string Describe(string service, TallySnapshot tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"{service} {tally.Calls,3}/s v2 {tally.PercentV2,5:0.0}% p50 {tally.P50,5:0.00} p99 {tally.P99,6:0.00} ms {tally.Errors} errors");
}
