using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AwesomeRpc.Server;

/// <summary>Answers requests with handlers by command. Listens from construction on; port 0 takes a free one.</summary>
public sealed class AwesomeServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Func<Call, Task<Message>>> _handlers = new();
    private readonly ConcurrentDictionary<string, Func<Call, Task>> _streamHandlers = new();
    private readonly ConcurrentDictionary<Session, Task> _sessions = new();
    private readonly Task _accepting;

    public AwesomeServer(int port = 0, string name = "server", IPAddress? address = null)
    {
        Name = name;
        _listener = new(address ?? IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Stands in the header <c>served-by</c> of every response.</summary>
    public string Name { get; }

    public int Port { get; }

    /// <summary>Connections that are open now.</summary>
    public int Connections => _sessions.Count;

    public AwesomeServer Handle(string command, Func<Call, Task<Message>> handler)
    {
        _handlers[command] = handler;
        return this;
    }

    /// <summary>The stream ends, for the server's half, when the handler does.</summary>
    public AwesomeServer HandleStream(string command, Func<Call, Task> handler)
    {
        _streamHandlers[command] = handler;
        return this;
    }

    /// <summary>Asks all clients to send no more requests on the connections that they have.</summary>
    public Task GoAwayAsync() => Task.WhenAll(_sessions.Keys.Select(session => session.SendAsync(new(MessageType.GoAway, 0))));

    /// <summary>Sends something unasked to all clients.</summary>
    public Task PushAsync(string topic, string text) =>
        Task.WhenAll(_sessions.Keys.Select(session => session.SendAsync(Session.Pushed(topic, text))));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions.Values);
        _stop.Dispose();
    }

    internal Func<Call, Task<Message>>? Find(string command) => _handlers.GetValueOrDefault(command);

    internal Func<Call, Task>? FindStream(string command) => _streamHandlers.GetValueOrDefault(command);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(new(this, new(socket)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops.
        }
    }

    private async Task ServeAsync(Session session)
    {
        var done = new TaskCompletionSource();
        _sessions[session] = done.Task;
        try
        {
            await session.RunAsync(_stop.Token);
        }
        finally
        {
            _sessions.TryRemove(session, out _);
            done.SetResult();
        }
    }
}
