using System.Net.Sockets;

namespace DubboService;

/// <summary>Messages over one TCP connection. One reader; writers wait for each other.</summary>
internal sealed class DubboConnection : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _writing = new(1);

    public DubboConnection(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new(socket, ownsSocket: true);
    }

    public ValueTask<DubboMessage?> ReadAsync(CancellationToken cancel = default) => DubboMessage.ReadAsync(_stream, cancel);

    public async Task WriteAsync(DubboMessage message)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(message.ToBytes());
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _stream.Dispose();
}
