using System.Threading.Channels;

namespace AwesomeRpc.Client;

/// <summary>A stream: pieces in both directions until both sides have closed.</summary>
public sealed class ClientStream
{
    private readonly MessageConnection _connection;
    private readonly uint _id;
    private readonly Channel<Message> _incoming = Channel.CreateUnbounded<Message>();

    internal ClientStream(MessageConnection connection, uint id)
    {
        _connection = connection;
        _id = id;
    }

    public Task WriteAsync(string text) => _connection.WriteAsync(new(MessageType.StreamData, _id) { Text = text });

    /// <summary>Says that no more pieces come from here.</summary>
    public Task CloseAsync() => _connection.WriteAsync(new(MessageType.StreamClose, _id));

    /// <summary>The server's pieces until it closes; throws AwesomeRpcException if it closes with a status that is not Ok.</summary>
    public IAsyncEnumerable<Message> ReadAllAsync(CancellationToken cancel = default) => _incoming.Reader.ReadAllAsync(cancel);

    internal void Add(Message piece) => _incoming.Writer.TryWrite(piece);

    internal void End(Message close) =>
        _incoming.Writer.TryComplete(close.Status == Status.Ok ? null : new AwesomeRpcException(close.Status, close.Text));

    internal void End(Exception error) => _incoming.Writer.TryComplete(error);
}
