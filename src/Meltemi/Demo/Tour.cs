using Meltemi.Program.Demo.Traffic;

namespace Meltemi.Program.Demo;

/// <summary>Goes through all rules: once in a given time, or again and again.</summary>
internal sealed class Tour(DemoMesh mesh, Ledger ledger, TimeSpan? duration)
{
    private static readonly TimeSpan StepOfEndlessTour = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(10);

    // A machine too busy to make a few calls in it will not show anything anyway.
    private static readonly TimeSpan ExtraTime = TimeSpan.FromSeconds(30);

    /// <exception cref="OperationCanceledException">It was stopped before the end.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        do
        {
            foreach (var rules in DemoRules.Tour) await StepAsync(rules, stop).ConfigureAwait(false);
        }
        while (duration is null);
    }

    /// <summary>Leaves rules in force for their time, and until there are enough calls to judge them by.</summary>
    private async Task StepAsync(DemoRules rules, CancellationToken stop)
    {
        var end = Environment.TickCount64 + (long)(duration / DemoRules.Tour.Length ?? StepOfEndlessTour).TotalMilliseconds;
        mesh.Write(rules);
        await mesh.InForceAsync(rules, stop).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, end - Environment.TickCount64)), stop).ConfigureAwait(false);
        var latest = Environment.TickCount64 + (long)ExtraTime.TotalMilliseconds;
        while (!DemoService.All.All(service => ledger.CountShares(rules, service).IsEnough) && Environment.TickCount64 < latest)
        {
            await Task.Delay(PollTime, stop).ConfigureAwait(false);
        }
    }
}
