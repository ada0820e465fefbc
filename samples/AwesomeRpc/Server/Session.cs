using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AwesomeRpc.Server;

/// <summary>One client's connection.</summary>
internal sealed class Session(AwesomeServer server, MessageConnection connection)
{
    private readonly ConcurrentDictionary<uint, Channel<Message>> _streams = new();

    public static Message Pushed(string topic, string text) =>
        new(MessageType.Push, 0) { Headers = new Dictionary<string, string> { ["topic"] = topic }, Text = text };

    /// <summary>Sends, or does nothing if the client has gone.</summary>
    public async Task SendAsync(Message message)
    {
        try
        {
            await connection.WriteAsync(message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reading side notices too and ends the session.
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = new List<Task>();
        try
        {
            while (await connection.ReadAsync(gone.Token) is { } message)
            {
                running.RemoveAll(task => task.IsCompleted);
                running.Add(TakeAsync(message, gone.Token));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or OperationCanceledException)
        {
            // The client has gone, or broken the protocol.
        }

        await gone.CancelAsync();
        foreach (var stream in _streams.Values) stream.Writer.TryComplete();
        await Task.WhenAll(running);
        connection.Dispose();
    }

    private Task TakeAsync(Message message, CancellationToken gone) => message.Type switch
    {
        MessageType.Request or MessageType.OneWay => CallAsync(message, gone),
        MessageType.Heartbeat => SendAsync(new(MessageType.HeartbeatAnswer, message.Id)),
        MessageType.StreamOpen => StreamAsync(message, gone),
        MessageType.StreamData or MessageType.StreamClose => FeedStream(message),
        _ => Task.CompletedTask,
    };

    private async Task CallAsync(Message request, CancellationToken gone)
    {
        var answer = await AnswerAsync(request, gone);
        if (request.Type == MessageType.OneWay || gone.IsCancellationRequested) return;
        var headers = new Dictionary<string, string>(answer.Headers) { ["served-by"] = server.Name };
        await SendAsync(answer with { Type = MessageType.Response, Id = request.Id, Headers = headers });
    }

    private async Task<Message> AnswerAsync(Message request, CancellationToken gone)
    {
        if (server.Find(request["command"] ?? "") is not { } handler)
            return new(MessageType.Response, 0) { Status = Status.BadRequest, Text = $"no command '{request["command"]}'" };
        try
        {
            return await handler(new(request, this, null, gone));
        }
        catch (Exception e)
        {
            return new(MessageType.Response, 0) { Status = Status.Failed, Text = e.Message };
        }
    }

    private async Task StreamAsync(Message open, CancellationToken gone)
    {
        var status = Status.BadRequest;
        var text = $"no stream '{open["command"]}'";
        if (server.FindStream(open["command"] ?? "") is { } handler)
        {
            var incoming = _streams.GetOrAdd(open.Id, _ => Channel.CreateUnbounded<Message>());
            try
            {
                await handler(new(open, this, incoming.Reader, gone));
                (status, text) = (Status.Ok, "");
            }
            catch (Exception e)
            {
                (status, text) = (Status.Failed, e.Message);
            }

            _streams.TryRemove(open.Id, out _);
        }

        await SendAsync(new(MessageType.StreamClose, open.Id) { Status = status, Text = text });
    }

    private Task FeedStream(Message message)
    {
        if (!_streams.TryGetValue(message.Id, out var stream)) return Task.CompletedTask;
        if (message.Type == MessageType.StreamData) stream.Writer.TryWrite(message);
        else stream.Writer.TryComplete(message.Status == Status.Ok ? null : new IOException("the client gave up: " + message.Text));
        return Task.CompletedTask;
    }
}
