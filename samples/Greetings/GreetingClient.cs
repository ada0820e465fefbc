using System.Net;
using System.Net.Sockets;

namespace Greetings;

/// <summary>Calls the greeting service in one protocol, one call at a time.</summary>
public sealed class GreetingClient : IAsyncDisposable
{
    private readonly Wire _wire;
    private readonly NetworkStream _stream;
    private uint _lastId;

    private GreetingClient(Wire wire, Socket socket)
    {
        socket.NoDelay = true;
        (_wire, _stream) = (wire, new NetworkStream(socket, ownsSocket: true));
    }

    public static async Task<GreetingClient> ConnectAsync(Wire wire, IPEndPoint address, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, cancel);
            return new(wire, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Calls; the answer is the greeting.</summary>
    /// <exception cref="GreetingException">The answer is an error.</exception>
    /// <exception cref="IOException">The connection has ended.</exception>
    public async Task<string> CallAsync(string method, string name, string caller, CancellationToken cancel)
    {
        var call = new GreetingCall(++_lastId, method, name, caller);
        await _stream.WriteAsync(_wire.WriteCall(call), cancel);
        var answer = _wire.ReadAnswer(await _wire.ReadAsync(_stream, cancel) ?? throw new IOException("the connection has ended"));
        if (answer.Id != call.Id) throw new GreetingException("an answer to another call");
        return answer.Error is { } error ? throw new GreetingException($"{error}: {answer.Text}") : answer.Text;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
