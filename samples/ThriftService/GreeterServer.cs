using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ThriftService;

/// <summary>
/// <c>Greeter</c> of greeter.thrift, framed or in a THeader: a connection's calls one after the other. Listens from construction on; port 0
/// takes a free one.
/// </summary>
public sealed class GreeterServer : IAsyncDisposable
{
    public const string SayHello = "sayHello";
    public const string Add = "add";

    private readonly TcpListener _listener;
    private readonly string _servedBy;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly Task _accepting;

    public GreeterServer(string version, string instance, int port = 0, IPAddress? address = null)
    {
        _servedBy = $"{version}/{instance}";
        _listener = new(address ?? IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Stops at once; calls in flight get no answer.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Values);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var served = new TaskCompletionSource();
                _connections[socket] = served.Task;
                _ = ServeAsync(socket, served);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops.
        }
    }

    private async Task ServeAsync(Socket socket, TaskCompletionSource served)
    {
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await ThriftFrame.ReadAsync(stream, _stop.Token) is { } call)
            {
                var reader = new ThriftReader(call.Message);
                var (type, method, id) = reader.Begin();
                var answer = Answer(method, id, reader.Struct());
                if (type == ThriftMessageType.Call) await stream.WriteAsync((call with { Message = answer }).ToBytes(id), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or SocketException)
        {
            // The client has gone, or broken the protocol, or the server stops.
        }

        _connections.TryRemove(socket, out _);
        served.SetResult();
    }

    /// <summary>A reply is a struct whose field 0 is the result; an exception has the message in field 1, its type in field 2.</summary>
    private byte[] Answer(string method, int id, Dictionary<short, object> arguments)
    {
        var answer = new ThriftWriter();
        switch (method)
        {
            case SayHello when arguments.GetValueOrDefault((short)1) is string name:
                answer.Begin(ThriftMessageType.Reply, method, id).Field(0, $"Hello, {name}! ({_servedBy})");
                break;
            case Add when (arguments.GetValueOrDefault((short)1), arguments.GetValueOrDefault((short)2)) is (int a, int b):
                answer.Begin(ThriftMessageType.Reply, method, id).StructField(0).Field(1, unchecked(a + b)).Field(2, _servedBy).Stop();
                break;
            case SayHello or Add:
                answer.Begin(ThriftMessageType.Exception, method, id)
                    .Field(1, "an argument is missing").Field(2, ThriftError.ProtocolError);
                break;
            default:
                answer.Begin(ThriftMessageType.Exception, method, id).Field(1, $"no method {method}").Field(2, ThriftError.UnknownMethod);
                break;
        }

        return answer.Stop().ToArray();
    }
}
