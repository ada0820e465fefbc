using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DubboService;

const string Usage = """
    usage: DubboService [--port N] [--version v1|v2] [--instance NAME]
             serves org.meltemi.samples.GreetingService (default: port 20881, 0 takes a free one; v1; dubbo-PID)
           DubboService call HOST:PORT [METHOD [NAME [KEY=VALUE ...]]]
             calls it, with attachments (default: sayHello world)
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
catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task<int> ServeAsync(string[] args)
{
    var (port, version, instance) = (20881, "v1", $"dubbo-{Environment.ProcessId}");
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
    var server = new DubboServer(new GreetingService(version, instance).HandleAsync, port, IPAddress.Any);
    Console.WriteLine($"{GreetingService.Interface} {version} ({instance}) listens on port {server.Port}");
    await stopped.Task;
    await server.LeaveAsync(TimeSpan.FromSeconds(5));
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stopped.TrySetResult();
    }
}

static async Task<int> CallAsync(IPEndPoint address, string[] args)
{
    await using var client = await DubboClient.ConnectAsync(address.Address.ToString(), address.Port);
    var answer = await client.CallAsync(new()
    {
        Interface = GreetingService.Interface,
        Method = args.ElementAtOrDefault(0) ?? GreetingService.SayHello,
        Arguments = [args.ElementAtOrDefault(1) ?? "world"],
        Attachments = args.Skip(2).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? ""),
    });
    var kind = answer.Status != DubboStatus.Ok ? $"status {answer.Status}: " : answer.ExceptionClass is { } thrown ? $"{thrown}: " : "";
    Console.WriteLine(kind + answer.Text);
    return answer.Status == DubboStatus.Ok ? 0 : 1;
}
