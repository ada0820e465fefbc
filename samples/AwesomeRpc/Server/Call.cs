using System.Threading.Channels;

namespace AwesomeRpc.Server;

/// <summary>What a handler gets.</summary>
public sealed class Call
{
    private readonly Session _session;
    private readonly ChannelReader<Message>? _incoming;

    internal Call(Message request, Session session, ChannelReader<Message>? incoming, CancellationToken gone)
    {
        Request = request;
        _session = session;
        _incoming = incoming;
        Gone = gone;
    }

    /// <summary>The request, or the message that opened the stream.</summary>
    public Message Request { get; }

    /// <summary>Cancelled when the client leaves or the server stops.</summary>
    public CancellationToken Gone { get; }

    /// <summary>An answer; its id and the header <c>served-by</c> are filled in later.</summary>
    public static Message Answer(string text, Status status = Status.Ok) => new(MessageType.Response, 0) { Status = status, Text = text };

    /// <summary>Sends something unasked to this client.</summary>
    public Task PushAsync(string topic, string text) => _session.SendAsync(Session.Pushed(topic, text));

    /// <summary>Of a stream: sends a piece.</summary>
    public Task WriteAsync(string text) => _session.SendAsync(new(MessageType.StreamData, Request.Id) { Text = text });

    /// <summary>Of a stream: the client's pieces, until it closes its half.</summary>
    public IAsyncEnumerable<Message> ReadAllAsync() =>
        (_incoming ?? throw new InvalidOperationException("not a stream")).ReadAllAsync(Gone);
}
