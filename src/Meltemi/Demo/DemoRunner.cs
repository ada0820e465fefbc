using Meltemi.Program.Demo.Traffic;
using Meltemi.Program.Demo.Views;
using Spectre.Console;

namespace Meltemi.Program.Demo;

/// <summary>Runs the demo from start to end: everything that it started is ended when it returns.</summary>
internal static class DemoRunner
{
    private static readonly DemoRules First = new(10);

    public static async Task<Summary> RunAsync(DemoOptions options, TextWriter output, CancellationToken stop)
    {
        var ledger = new Ledger();
        await using var mesh = new DemoMesh(First);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var load = new LoadGenerator(mesh, ledger).RunAsync(end.Token);
        try
        {
            if (options.Plain) await RunPlainAsync(mesh, ledger, options, output, end.Token).ConfigureAwait(false);
            else await new LiveView(mesh, ledger, AnsiConsole.Console).RunAsync(options.Duration, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ended by hand: the summary tells of what there was until then.
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await load.ConfigureAwait(false);
        }

        return Summary.Of(ledger);
    }

    private static async Task RunPlainAsync(DemoMesh mesh, Ledger ledger, DemoOptions options, TextWriter output, CancellationToken stop)
    {
        var view = new PlainView(mesh, ledger, output);
        view.WriteHead();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var lines = view.RunAsync(end.Token);
        try
        {
            await new Tour(mesh, ledger, options.Duration) { OnRules = view.WriteRules }.RunAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await lines.ConfigureAwait(false);
        }
    }
}
