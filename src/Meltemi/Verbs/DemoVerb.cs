using System.CommandLine;
using System.Runtime.InteropServices;
using Meltemi.Program.Demo;
using Meltemi.Program.Demo.Protocols;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi demo</c>: two services in two versions each, controller, proxy and a load, to play with canaries.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var plain = new Option<bool>("--plain")
        {
            Description = "Print lines for a log, and go through the rules alone; so it is where there is no terminal.",
        };
        var duration = new Option<TimeSpan?>("--duration", "-d")
        {
            Description = "End after it, such as 10s.",
            HelpName = "DURATION",
            CustomParser = result => Durations.Parse(result),
        };
        var directory = new Option<string?>("--directory")
        {
            Description = "Where the resources are written, and stay. Routes that are there already are used. Default: a temporary one.",
            HelpName = "DIR",
        };
        var protocols = new Option<bool>("--protocols")
        {
            Description = "Run one small flow through every protocol instead, with the same rules for all, and print what became of it.",
        };
        var command = new Command("demo", """
            See routing at work: Dubbo and Thrift services in two versions, a controller, a proxy and clients, in one process on free ports.
            The routes are files in a directory: edit them and watch the traffic move.

            Exit codes: 0 calls succeeded and went where the rules say, 1 they did not, 64 wrong command line.
            """) { plain, duration, directory, protocols };
        command.SetAction(result =>
        {
            if (result.GetValue(protocols)) return RunProtocols(result.InvocationConfiguration.Output);
            var options = new DemoOptions
            {
                Plain = result.GetValue(plain) || Console.IsOutputRedirected,
                Duration = result.GetValue(duration),
                Directory = result.GetValue(directory),
            };
            return Run(options, result.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Run(DemoOptions options, TextWriter output) => Run(stop =>
    {
        var log = options.Plain ? Errors() : Log.None; // a view that is drawn leaves no room for it
        var summary = DemoRunner.RunAsync(options, output, log, stop).GetAwaiter().GetResult();
        summary.Write(output);
        return summary.Succeeded;
    });

    private static int RunProtocols(TextWriter output) =>
        Run(stop => ProtocolsRunner.RunAsync(output, Errors(), stop).GetAwaiter().GetResult());

    private static Log Errors() => new(StreamLogSink.Stderr(), LogLevel.Error);

    /// <summary>Runs until it is over or a signal comes.</summary>
    private static int Run(Func<CancellationToken, bool> body)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return body(stop.Token) ? ExitCodes.Ok : ExitCodes.Failed;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
