using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace DubboService;

/// <summary>Answers Dubbo calls by a handler, many at once per connection. Listens from construction on; port 0 takes a free one.</summary>
public sealed class DubboServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<Invocation, Task<Answer>> _handler;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<DubboConnection, Task> _connections = new();
    private readonly Task _accepting;

    public DubboServer(Func<Invocation, Task<Answer>> handler, int port = 0, IPAddress? address = null)
    {
        _handler = handler;
        _listener = new(address ?? IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>
    /// Leaves as a Dubbo provider does: asks all clients to send no more requests, answers what is on its way, and waits until they have
    /// closed their connections or the time is over.
    /// </summary>
    public async Task LeaveAsync(TimeSpan limit)
    {
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys.Select(connection => SendAsync(connection, DubboMessage.ReadOnly())));
        await Task.WhenAny(Task.WhenAll(_connections.Values), Task.Delay(limit));
        await DisposeAsync();
    }

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
                var connection = new DubboConnection(await _listener.AcceptSocketAsync(_stop.Token));
                var served = new TaskCompletionSource();
                _connections[connection] = served.Task;
                _ = ServeAsync(connection, served);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops.
        }
    }

    private async Task ServeAsync(DubboConnection connection, TaskCompletionSource served)
    {
        try
        {
            while (await connection.ReadAsync(_stop.Token) is { } message)
            {
                if (message.Has(DubboMessage.Event)) await AnswerEventAsync(connection, message);
                else if (message.Has(DubboMessage.Request)) _ = CallAsync(connection, message);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, or broken the protocol, or the server stops.
        }

        connection.Dispose();
        _connections.TryRemove(connection, out _);
        served.SetResult();
    }

    private static Task AnswerEventAsync(DubboConnection connection, DubboMessage message) =>
        message.Has(DubboMessage.TwoWay) ? SendAsync(connection, DubboMessage.HeartbeatAnswer(message.Id)) : Task.CompletedTask;

    private async Task CallAsync(DubboConnection connection, DubboMessage request)
    {
        Answer answer;
        try
        {
            answer = await _handler(Invocation.FromBody(request.Body));
        }
        catch (InvalidDataException e)
        {
            answer = Answer.Failed(DubboStatus.BadRequest, e.Message);
        }

        if (request.Has(DubboMessage.TwoWay)) await SendAsync(connection, answer.ToMessage(request.Id));
    }

    /// <summary>Sends, or does nothing if the client has gone; the reading side notices that too.</summary>
    private static async Task SendAsync(DubboConnection connection, DubboMessage message)
    {
        try
        {
            await connection.WriteAsync(message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
        }
    }
}
