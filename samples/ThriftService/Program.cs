using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ThriftService;

const string Usage = """
    usage: ThriftService [--port N] [--version v1|v2] [--instance NAME]
             serves Greeter of greeter.thrift (default: port 9091, 0 takes a free one; v1; thrift-PID)
           ThriftService call HOST:PORT [sayHello NAME | add A B] [KEY=VALUE ...]
             calls it; with pairs as headers of a THeader, without in plain frames (default: sayHello world)
    """;

try
{
    return args is ["call", var address, .. var rest] ? await CallAsync(IPEndPoint.Parse(address), rest) : await ServeAsync(args);
}
catch (FormatException)
{
    Console.Error.WriteLine(Usage);
    return 64;
}
catch (Exception e) when (e is SocketException or IOException or InvalidDataException or ThriftCallException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task<int> ServeAsync(string[] args)
{
    var (port, version, instance) = (9091, "v1", $"thrift-{Environment.ProcessId}");
    for (var i = 0; i < args.Length; i += 2)
    {
        if (i + 1 == args.Length) throw new FormatException();
        switch (args[i])
        {
            case "--port": port = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
            case "--version": version = args[i + 1]; break;
            case "--instance": instance = args[i + 1]; break;
            default: throw new FormatException();
        }
    }

    var stopped = new TaskCompletionSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    await using var server = new GreeterServer(version, instance, port, IPAddress.Any);
    Console.WriteLine($"Greeter {version} ({instance}) listens on port {server.Port}");
    await stopped.Task;
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stopped.TrySetResult();
    }
}

static async Task<int> CallAsync(IPEndPoint address, string[] args)
{
    var words = args.Where(word => !word.Contains('=')).ToArray();
    var pairs = args.Where(word => word.Contains('=')).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    using var client = await GreeterClient.ConnectAsync(address.Address.ToString(), address.Port, pairs.Count > 0 ? pairs : null);
    var servedBy = words switch
    {
        [] => await client.SayHelloAsync("world"),
        [GreeterServer.SayHello, var name] => await client.SayHelloAsync(name),
        [GreeterServer.Add, var a, var b] => await client.AddAsync(Number(a), Number(b)),
        _ => throw new FormatException(),
    };
    Console.WriteLine($"served by {servedBy.Version}/{servedBy.Instance}");
    return 0;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
