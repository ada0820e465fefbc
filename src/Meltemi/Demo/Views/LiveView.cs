using System.Globalization;
using Meltemi.Program.Demo.Resources;
using Meltemi.Program.Demo.Traffic;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Meltemi.Program.Demo.Views;

/// <summary>The demo on a terminal: figures of the last second, routes in force, status, instances, keys.</summary>
internal sealed class LiveView(DemoMesh mesh, Ledger ledger, IAnsiConsole console)
{
    private const int TicksPerSecond = 5;
    private static readonly string[] Numbers = ["calls/s", "p50 ms", "p99 ms", "errors/s", "calls", "errors"];
    private readonly Keys _keys = new(mesh);

    /// <summary>Shows and obeys until q, the time or a stop ends it.</summary>
    public Task RunAsync(TimeSpan? duration, CancellationToken stop) => console
        .Live(new Text("starting"))
        .Overflow(VerticalOverflow.Crop)
        .AutoClear(true)
        .StartAsync(live => LoopAsync(live, duration, stop));

    private async Task LoopAsync(LiveDisplayContext live, TimeSpan? duration, CancellationToken stop)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / TicksPerSecond));
        var end = duration is { } time ? Environment.TickCount64 + (long)time.TotalMilliseconds : long.MaxValue;
        var figures = ledger.TakeSecond();
        for (var tick = 1; Environment.TickCount64 < end; tick++)
        {
            await clock.WaitForNextTickAsync(stop).ConfigureAwait(false);
            if (!await _keys.ObeyAsync().ConfigureAwait(false)) return;
            if (tick % TicksPerSecond == 0) figures = ledger.TakeSecond();
            live.UpdateTarget(Draw(figures));
        }
    }

    private Rows Draw(Snapshot figures) => new(
        new Rule("[bold]meltemi demo[/]").LeftJustified(),
        new Markup($"[grey]{Markup.Escape(string.Join('\n', Keys.Help))}[/]"),
        new Markup($"files to edit: {Markup.Escape(mesh.Directory)}"),
        new Markup($"[grey]{Markup.Escape(string.Join('\n', mesh.Hints))}[/]"),
        new Markup($"admin page: [link]{mesh.AdminUrl}[/]   client connections: {mesh.OpenConnections}"),
        new Grid().AddColumns(2).AddRow(Box("routes in force", Reports()), Box("instances", mesh.Instances.Select(Describe))),
        new Markup($"[red]{Markup.Escape(string.Join('\n', mesh.FileProblems))}[/]"),
        new Markup(ledger.LastError is { } error ? $"last error: [red]{Markup.Escape(error)}[/]" : "no errors"),
        Figures(figures));

    private static Table Figures(Snapshot figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("service", "version", "method");
        foreach (var name in Numbers) table.AddColumn(name, column => column.RightAligned());
        foreach (var service in DemoService.All)
        {
            foreach (var row in figures.Rows.Where(row => row.Service == service))
                table.AddRow(Cells(service, row.Version, row.Method, row.Second, row.All));
            var (second, all) = figures.Services[service];
            var share = string.Create(CultureInfo.InvariantCulture, $"v2 {second.PercentV2:0} %");
            table.AddRow([.. Cells(service, "all", share, second, all).Select(cell => (IRenderable)new Markup($"[bold]{cell}[/]"))]);
        }

        return table;
    }

    private static string[] Cells(string service, string version, string method, TallySnapshot second, TallySnapshot all) =>
    [
        service, version, method, Number(second.Calls), Milliseconds(second.P50), Milliseconds(second.P99), Errors(second.Errors),
        Number(all.Calls), Errors(all.Errors),
    ];

    private IEnumerable<string> Reports() => DemoService.All.Select(mesh.Report).SelectMany(report => (string[])
    [
        .. report.Routes.Select(line => $"{report.Service}: {Markup.Escape(line)}"),
        $"  [{(report.IsGood ? "green" : report.IsSettled ? "red" : "yellow")}]{MeshYaml.RoutesFile(report.Service)}: {Markup.Escape(report.Status)}[/]",
        .. report.Warnings.Select(warning => $"  [yellow]{Markup.Escape(warning)}[/]"),
    ]);

    private static string Describe(Instance instance) =>
        $"{(instance.IsRunning ? "[green]up[/]  " : "[red]down[/]")} {instance.Name} :{Number(instance.Port)}";

    private static Panel Box(string title, IEnumerable<string> lines) =>
        new Panel(new Markup(string.Join('\n', lines))).Header(title);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Errors(int value) => value == 0 ? "0" : $"[red]{Number(value)}[/]";

    private static string Milliseconds(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
