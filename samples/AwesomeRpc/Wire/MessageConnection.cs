using System.Net.Sockets;

namespace AwesomeRpc;

/// <summary>Messages over one TCP connection. One reader; writers wait for each other.</summary>
public sealed class MessageConnection : IDisposable
{
    private readonly Stream _stream;
    private readonly SemaphoreSlim _writing = new(1);

    public MessageConnection(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public ValueTask<Message?> ReadAsync(CancellationToken cancel = default) => Message.ReadAsync(_stream, cancel);

    public async Task WriteAsync(Message message, CancellationToken cancel = default)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            await _stream.WriteAsync(message.ToBytes(), cancel);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _stream.Dispose();
}
