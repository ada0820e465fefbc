using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using AwesomeRpc.Server;

// usage: AwesomeRpc.Server [PORT [NAME]]
var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
var stopped = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await using var server = new AwesomeServer(port, args.Length > 1 ? args[1] : "server", IPAddress.Any).AddDemo();
Console.WriteLine($"{server.Name} listens on port {server.Port}");
await stopped.Task;
await server.GoAwayAsync();

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopped.TrySetResult();
}
