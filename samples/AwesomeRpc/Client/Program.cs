using System.Globalization;
using AwesomeRpc.Client;

// usage: AwesomeRpc.Client HOST:PORT [COMMAND [TEXT [KEY=VALUE ...]]]
if (args.Length == 0 || args[0].Split(':') is not [var host, var port])
{
    Console.Error.WriteLine("usage: AwesomeRpc.Client HOST:PORT [COMMAND [TEXT [KEY=VALUE ...]]]");
    return 2;
}

try
{
    await using var client = await AwesomeClient.ConnectAsync(host, int.Parse(port, CultureInfo.InvariantCulture));
    var headers = args.Skip(3).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
    var answer = await client.CallAsync(args.ElementAtOrDefault(1) ?? "echo", args.ElementAtOrDefault(2) ?? "hello", headers);
    Console.WriteLine($"{answer.Text}  (served by {answer["served-by"]})");
    return 0;
}
catch (Exception e) when (e is AwesomeRpcException or IOException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
