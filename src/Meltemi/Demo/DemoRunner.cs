using Meltemi.Program.Demo.Resources;
using Meltemi.Program.Demo.Traffic;
using Meltemi.Program.Demo.Views;
using Meltemi.Proxy.Telemetry.Logging;
using Spectre.Console;

namespace Meltemi.Program.Demo;

/// <summary>Runs the demo from start to end: everything that it started is ended when it returns.</summary>
internal static class DemoRunner
{
    private static readonly DemoRules First = new(10);

    public static async Task<Summary> RunAsync(DemoOptions options, TextWriter output, Log log, CancellationToken stop)
    {
        var ledger = new Ledger();
        var files = new MeshFiles(options.Directory);
        try
        {
            await RunAsync(options, files, ledger, output, log, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ended by hand: the summary tells of what there was until then.
        }
        finally
        {
            files.Dispose();
        }

        if (files.IsKept) output.WriteLine($"files   {files.Path} stays");
        return Summary.Of(ledger);
    }

    private static async Task RunAsync(DemoOptions options, MeshFiles files, Ledger ledger, TextWriter output, Log log, CancellationToken stop)
    {
        await using var mesh = await DemoMesh.StartAsync(First, files, log, stop).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var load = new LoadGenerator(mesh, ledger).RunAsync(end.Token);
        try
        {
            if (options.Plain) await RunPlainAsync(mesh, ledger, options, output, end.Token).ConfigureAwait(false);
            else await new LiveView(mesh, ledger, AnsiConsole.Console).RunAsync(options.Duration, end.Token).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await load.ConfigureAwait(false);
        }
    }

    private static async Task RunPlainAsync(DemoMesh mesh, Ledger ledger, DemoOptions options, TextWriter output, CancellationToken stop)
    {
        var view = new PlainView(mesh, ledger, output);
        view.WriteHead();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var lines = view.RunAsync(end.Token);
        try
        {
            await new Tour(mesh, ledger, options.Duration).RunAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await lines.ConfigureAwait(false);
        }
    }
}
