using System.Globalization;
using System.Net.Sockets;

namespace Meltemi.Proxy.Admin.Http;

/// <summary>
/// One connection: reads a request, answers it, reads the next, in order (pipelined ones are in the buffer already).
/// Every wait has an end: the first byte, the rest of the request, the answer being taken.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    // After an error the client may still be sending; closing on it would destroy the answer on its way.
    private const int MaxLingerBytes = 1024 * 1024;
    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly HttpLimits _limits;
    private readonly Func<HttpRequest, HttpResponse> _handle;
    private readonly CancellationTokenSource _time;
    private byte[] _buffer = new byte[4096];
    private int _length;

    /// <summary>A connection that ends with <paramref name="stop"/> at the latest.</summary>
    public HttpConnection(Socket socket, HttpLimits limits, Func<HttpRequest, HttpResponse> handle, CancellationToken stop)
    {
        _socket = socket;
        _limits = limits;
        _handle = handle;
        _time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (socket.ProtocolType == ProtocolType.Tcp) socket.NoDelay = true;
    }

    /// <summary>Serves until the client leaves, breaks the protocol, or takes too long.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await ReadRequestAsync().ConfigureAwait(false) is { } request)
            {
                var response = _handle(request);
                await SendAsync(response, withBody: request.Method != "HEAD", request.KeepAlive).ConfigureAwait(false);
                if (!request.KeepAlive) break;
            }

            await LingerAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client is gone, or took too long: nobody is left to tell.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _time.Dispose();
    }

    /// <summary>Null: there is no further request; an error has been answered.</summary>
    private async Task<HttpRequest?> ReadRequestAsync()
    {
        _time.CancelAfter(_length == 0 ? _limits.IdleTimeout : _limits.RequestTimeout);
        if (_length == 0 && !await ReceiveAsync().ConfigureAwait(false)) return null;

        // From the first byte on one limit for all that follows: sending slowly gains nothing.
        _time.CancelAfter(_limits.RequestTimeout);
        try
        {
            HttpRequestParser.Result head;
            while ((head = HttpRequestParser.Parse(_buffer.AsSpan(0, _length), _limits)).Request is null)
            {
                if (head.Error != 0)
                {
                    await SendAsync(HttpResponse.Error(head.Error), withBody: true, keepAlive: false).ConfigureAwait(false);
                    return null;
                }

                if (!await ReceiveAsync().ConfigureAwait(false)) return null;
            }

            return await ReadBodyAsync(head.Request, head.HeadLength).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_time.IsCancellationRequested)
        {
            await SendTimeoutAsync().ConfigureAwait(false);
            return null;
        }
    }

    private async Task<HttpRequest?> ReadBodyAsync(HttpRequest request, int headLength)
    {
        var end = headLength + request.ContentLength;
        var expects = request.Headers.GetValueOrDefault("Expect");
        if (_length < end && "100-continue".Equals(expects, StringComparison.OrdinalIgnoreCase))
        {
            await SendAllAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _time.Token).ConfigureAwait(false);
        }

        while (_length < end)
        {
            if (!await ReceiveAsync().ConfigureAwait(false)) return null;
        }

        request.Body = _buffer.AsSpan(headLength, request.ContentLength).ToArray();
        request.LocalAddress = _socket.LocalEndPoint;
        _buffer.AsSpan(end, _length - end).CopyTo(_buffer);
        _length -= end;
        return request;
    }

    private async Task<bool> ReceiveAsync()
    {
        // Bounded by the parser's and the body's limits: it is only called while those allow more.
        if (_length == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_length), SocketFlags.None, _time.Token).ConfigureAwait(false);
        _length += received;
        return received > 0;
    }

    private async Task SendAsync(HttpResponse response, bool withBody, bool keepAlive)
    {
        _time.CancelAfter(_limits.ResponseTimeout);
        await SendAllAsync(Head(response, keepAlive), _time.Token).ConfigureAwait(false);
        if (withBody) await SendAllAsync(response.Body, _time.Token).ConfigureAwait(false);
    }

    private async Task SendTimeoutAsync()
    {
        using var last = new CancellationTokenSource(LingerTimeout);
        var response = HttpResponse.Error(408);
        await SendAllAsync(Head(response, keepAlive: false), last.Token).ConfigureAwait(false);
        await SendAllAsync(response.Body, last.Token).ConfigureAwait(false);
    }

    private async Task SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancel).ConfigureAwait(false)..];
    }

    private async Task LingerAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        using var last = new CancellationTokenSource(LingerTimeout);
        for (var drained = 0; drained < MaxLingerBytes;)
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, last.Token).ConfigureAwait(false);
            if (received == 0) return;
            drained += received;
        }
    }

    private static ReadOnlyMemory<byte> Head(HttpResponse response, bool keepAlive)
    {
        var head = new Telemetry.Utf8Buffer(512);
        head.Append("HTTP/1.1 "u8).Append(response.Status).Append((byte)' ').Append(HttpResponse.Phrase(response.Status));
        head.Append("\r\nDate: "u8).Append(DateTime.UtcNow.ToString("R", CultureInfo.InvariantCulture));
        head.Append("\r\nContent-Type: "u8).Append(response.ContentType);
        head.Append("\r\nContent-Length: "u8).Append(response.Body.Length);
        if (response.Allow is { } allow) head.Append("\r\nAllow: "u8).Append(allow);
        head.Append("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff"u8);
        head.Append("\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "u8);
        head.Append("form-action 'self'; frame-ancestors 'none'"u8);
        head.Append(keepAlive ? "\r\nConnection: keep-alive\r\n\r\n"u8 : "\r\nConnection: close\r\n\r\n"u8);
        return head.WrittenMemory;
    }
}
