using System.Collections.Concurrent;
using System.Net.Sockets;

namespace DubboService;

/// <summary>Many calls at once over one connection, matched by id.</summary>
public sealed class DubboClient : IAsyncDisposable
{
    private readonly DubboConnection _connection;
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<DubboMessage>> _waiting = new();
    private readonly Task _reading;
    private ulong _lastId;
    private volatile bool _closed;

    private DubboClient(DubboConnection connection)
    {
        _connection = connection;
        _reading = ReadAsync();
    }

    /// <summary>Completes when the connection has ended.</summary>
    public Task Closed => _reading;

    public static async Task<DubboClient> ConnectAsync(string host, int port, CancellationToken cancel = default)
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

    /// <summary>Calls and returns the answer, whatever it says. Throws IOException if the connection ends before.</summary>
    public async Task<Answer> CallAsync(Invocation call, CancellationToken cancel = default)
    {
        var id = Interlocked.Increment(ref _lastId);
        var request = new DubboMessage(DubboMessage.Request | DubboMessage.TwoWay | DubboMessage.Hessian2, 0, id, call.ToBody());
        return Answer.FromMessage(await AskAsync(request, cancel));
    }

    /// <summary>Sends a heartbeat and waits for its answer.</summary>
    public Task PingAsync(CancellationToken cancel = default) =>
        AskAsync(DubboMessage.Heartbeat(Interlocked.Increment(ref _lastId)), cancel);

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _reading;
    }

    private async Task<DubboMessage> AskAsync(DubboMessage request, CancellationToken cancel)
    {
        var waiting = new TaskCompletionSource<DubboMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request.Id] = waiting;
        try
        {
            // The end of the connection fails all who wait; who comes later must not start to.
            if (_closed) throw new IOException("the connection has ended");
            await _connection.WriteAsync(request);
            return await waiting.Task.WaitAsync(cancel);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("the connection has ended", e);
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
            while (await _connection.ReadAsync() is { } message) await TakeAsync(message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            failure = e;
        }

        _closed = true;
        foreach (var waiting in _waiting.Values) waiting.TrySetException(new IOException("the connection has ended", failure));
    }

    /// <summary>An answer, or a heartbeat of the other side, which wants one. "Read-only" is left to whoever opens connections.</summary>
    private Task TakeAsync(DubboMessage message)
    {
        if (message.Has(DubboMessage.Request))
            return message.Has(DubboMessage.TwoWay) ? _connection.WriteAsync(DubboMessage.HeartbeatAnswer(message.Id)) : Task.CompletedTask;
        if (_waiting.TryGetValue(message.Id, out var waiting)) waiting.TrySetResult(message);
        return Task.CompletedTask;
    }
}
