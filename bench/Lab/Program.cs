using System.CommandLine;
using System.Net.Sockets;
using Meltemi.Bench.Lab.Commands;

var root = new RootCommand("Measures the proxy beside its peers on one machine.")
{
    RunCommand.Create(),
    IdleCommand.Create(),
    StartCommand.Create(),
    LoadCommand.Create(),
    UpstreamCommand.Create(),
};
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception
    is ArgumentException or InvalidOperationException or InvalidDataException or TimeoutException or IOException or SocketException)
{
    Console.Error.WriteLine(exception.Message);
    return 3;
}
