using System.Net.Sockets;

namespace ThriftService;

/// <summary>Calls the greeter, one call at a time, and checks what it answers.</summary>
public sealed class GreeterClient : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly IReadOnlyDictionary<string, string>? _headers;
    private int _lastId;

    private GreeterClient(Socket socket, IReadOnlyDictionary<string, string>? headers)
    {
        socket.NoDelay = true;
        _stream = new(socket, ownsSocket: true);
        _headers = headers;
    }

    /// <param name="host">Name or address.</param>
    /// <param name="port">Port.</param>
    /// <param name="headers">Sent with every call in a THeader, so that the mesh can route by them; null: plain frames.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<GreeterClient> ConnectAsync(
        string host, int port, IReadOnlyDictionary<string, string>? headers = null, CancellationToken cancel = default)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancel);
            return new(socket, headers);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Has somebody greeted; the answer is who did.</summary>
    /// <exception cref="ThriftCallException">The call was not answered by the service, or not as it must.</exception>
    public async Task<ServedBy> SayHelloAsync(string name, CancellationToken cancel = default)
    {
        var result = await CallAsync(GreeterServer.SayHello, call => call.Field(1, name), cancel);
        var greeting = $"Hello, {name}! (";
        if (result is string text && text.StartsWith(greeting, StringComparison.Ordinal) && text.EndsWith(')'))
            return ServedBy.Parse(text[greeting.Length..^1]);
        throw new ThriftCallException($"'{result}' is not the answer to this call");
    }

    /// <summary>Has two numbers added; the answer is who did.</summary>
    /// <exception cref="ThriftCallException">The call was not answered by the service, or not as it must.</exception>
    public async Task<ServedBy> AddAsync(int a, int b, CancellationToken cancel = default)
    {
        var result = await CallAsync(GreeterServer.Add, call => call.Field(1, a).Field(2, b), cancel);
        if (result is Dictionary<short, object> sum && sum.GetValueOrDefault((short)1) is int value && value == unchecked(a + b)
            && sum.GetValueOrDefault((short)2) is string servedBy) return ServedBy.Parse(servedBy);
        throw new ThriftCallException($"{a} + {b} was not added");
    }

    public void Dispose() => _stream.Dispose();

    private async Task<object?> CallAsync(string method, Action<ThriftWriter> arguments, CancellationToken cancel)
    {
        var id = ++_lastId;
        var call = new ThriftWriter().Begin(ThriftMessageType.Call, method, id);
        arguments(call);
        await _stream.WriteAsync(new ThriftFrame(call.Stop().ToArray(), _headers).ToBytes(id), cancel);
        var answer = await ThriftFrame.ReadAsync(_stream, cancel) ?? throw new IOException("the connection has ended");
        var reader = new ThriftReader(answer.Message);
        var (type, name, answered) = reader.Begin();
        if (name != method || answered != id) throw new ThriftCallException("an answer to another call");
        var fields = reader.Struct();
        if (type == ThriftMessageType.Reply) return fields.GetValueOrDefault((short)0);
        throw new ThriftCallException($"exception {fields.GetValueOrDefault((short)2)}: {fields.GetValueOrDefault((short)1)}");
    }
}

/// <summary>Who answered.</summary>
public sealed record ServedBy(string Version, string Instance)
{
    internal static ServedBy Parse(string text) =>
        text.Split('/') is [var version, var instance] ? new(version, instance) : throw new ThriftCallException($"'{text}' is nobody");
}

/// <summary>A call did not succeed.</summary>
public sealed class ThriftCallException(string message) : Exception(message);
