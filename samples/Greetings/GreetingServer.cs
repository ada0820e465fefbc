using System.Net;
using System.Net.Sockets;

namespace Greetings;

/// <summary>The greeting service in one protocol; answers a connection's calls one after the other. Listens from construction on, on a free port of the loopback interface.</summary>
public sealed class GreetingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Wire _wire;
    private readonly string _version;
    private readonly Task _serving;

    public GreetingServer(Wire wire, string version)
    {
        (_wire, _version) = (wire, version);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops.
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await _wire.ReadAsync(stream, _stop.Token) is { } message)
            {
                var call = _wire.ReadCall(message);
                var answer = call.Method == Greeting.SayHello
                    ? new GreetingAnswer(call.Id, Greeting.Text(call.Name, _version))
                    : new GreetingAnswer(call.Id, $"no method {call.Method}", "1");
                await stream.WriteAsync(_wire.WriteAnswer(answer), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or SocketException)
        {
            // The client has gone, or broken the protocol, or the server stops.
        }
    }
}
