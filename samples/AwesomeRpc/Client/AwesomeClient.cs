using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AwesomeRpc.Client;

/// <summary>Many calls at once over one connection, matched by id.</summary>
public sealed class AwesomeClient : IAsyncDisposable
{
    private readonly MessageConnection _connection;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<Message>> _waiting = new();
    private readonly ConcurrentDictionary<uint, ClientStream> _streams = new();
    private readonly Channel<Message> _pushes = Channel.CreateUnbounded<Message>();
    private readonly TaskCompletionSource _goAway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private uint _lastId;
    private volatile bool _closed;

    private AwesomeClient(MessageConnection connection)
    {
        _connection = connection;
        _reading = ReadAsync();
    }

    /// <summary>What the server sends unasked.</summary>
    public ChannelReader<Message> Pushes => _pushes.Reader;

    /// <summary>Completes when the server wants no more requests on this connection.</summary>
    public Task GoAway => _goAway.Task;

    /// <summary>Completes when the connection has ended.</summary>
    public Task Closed => _reading;

    public static async Task<AwesomeClient> ConnectAsync(string host, int port, CancellationToken cancel = default)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancel);
            return new(new(socket));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Calls a command and returns the response; throws AwesomeRpcException if its status is not Ok.</summary>
    public async Task<Message> CallAsync(
        string command, string text = "", IReadOnlyDictionary<string, string>? headers = null, CancellationToken cancel = default)
    {
        var answer = await AskAsync(WithCommand(new(MessageType.Request, NextId()) { Text = text }, command, headers), cancel);
        return answer.Status == Status.Ok ? answer : throw new AwesomeRpcException(answer.Status, answer.Text);
    }

    /// <summary>Sends a request that gets no answer.</summary>
    public Task SendAsync(string command, string text = "", IReadOnlyDictionary<string, string>? headers = null) =>
        _connection.WriteAsync(WithCommand(new(MessageType.OneWay, NextId()) { Text = text }, command, headers));

    /// <summary>Sends a heartbeat and waits for its answer.</summary>
    public Task PingAsync(CancellationToken cancel = default) => AskAsync(new(MessageType.Heartbeat, NextId()), cancel);

    public async Task<ClientStream> OpenStreamAsync(string command, IReadOnlyDictionary<string, string>? headers = null)
    {
        var open = WithCommand(new(MessageType.StreamOpen, NextId()), command, headers);
        var stream = new ClientStream(_connection, open.Id);
        _streams[open.Id] = stream;
        if (_closed) stream.End(new IOException("the connection has ended"));
        await _connection.WriteAsync(open);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _reading;
    }

    private static Message WithCommand(Message message, string command, IReadOnlyDictionary<string, string>? headers)
    {
        var all = new Dictionary<string, string> { ["command"] = command };
        foreach (var (key, value) in headers ?? all) all[key] = value;
        return message with { Headers = all };
    }

    private uint NextId() => Interlocked.Increment(ref _lastId);

    private async Task<Message> AskAsync(Message request, CancellationToken cancel)
    {
        var waiting = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request.Id] = waiting;
        try
        {
            // The end of the connection fails all who wait; who comes later must not start to.
            if (_closed) throw new IOException("the connection has ended");
            await _connection.WriteAsync(request, cancel);
            return await waiting.Task.WaitAsync(cancel);
        }
        finally
        {
            _waiting.TryRemove(request.Id, out _);
        }
    }

    private async Task ReadAsync()
    {
        Exception? failure = null;
        try
        {
            while (await _connection.ReadAsync() is { } message) Take(message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            failure = e;
        }

        _closed = true;
        var ended = new IOException("the connection has ended", failure);
        foreach (var waiting in _waiting.Values) waiting.TrySetException(ended);
        foreach (var stream in _streams.Values) stream.End(ended);
        _pushes.Writer.TryComplete();
    }

    private void Take(Message message)
    {
        switch (message.Type)
        {
            case MessageType.Response or MessageType.HeartbeatAnswer:
                if (_waiting.TryGetValue(message.Id, out var waiting)) waiting.TrySetResult(message);
                break;
            case MessageType.StreamData:
                if (_streams.TryGetValue(message.Id, out var stream)) stream.Add(message);
                break;
            case MessageType.StreamClose:
                if (_streams.TryRemove(message.Id, out var ended)) ended.End(message);
                break;
            case MessageType.GoAway:
                _goAway.TrySetResult();
                break;
            case MessageType.Push:
                _pushes.Writer.TryWrite(message);
                break;
        }
    }
}

/// <summary>A response whose status is not Ok.</summary>
public sealed class AwesomeRpcException(Status status, string text) : Exception($"{status}: {text}")
{
    public Status Status { get; } = status;
}
