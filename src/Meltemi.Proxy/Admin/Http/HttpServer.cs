using System.Net;
using System.Net.Sockets;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Proxy.Admin.Http;

/// <summary>
/// A small HTTP/1.1 server for the admin interface: a few clients, answers that fit into memory, nothing else. It stands where
/// Kestrel would, which cost 17 MB and a quarter of a second at start when it was measured, too much of the proxy's budget of 60 MB and
/// 300 ms; everything behind it knows only <see cref="IHttpHandler"/>.
/// </summary>
public sealed class HttpServer : IDisposable
{
    private readonly Socket _listener;
    private readonly IHttpHandler _handler;
    private readonly HttpLimits _limits;
    private readonly Log _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots;
    private readonly Lock _oneAtATime = new();

    private HttpServer(Socket listener, IHttpHandler handler, HttpLimits limits, Log log)
    {
        _listener = listener;
        _handler = handler;
        _limits = limits;
        _log = log;
        _slots = new SemaphoreSlim(limits.MaxConnections);
        LocalAddress = listener.LocalEndPoint!;
    }

    /// <summary>Where it listens; with the port that was chosen.</summary>
    public EndPoint LocalAddress { get; }

    /// <summary>Listens and serves from now on.</summary>
    /// <param name="address">IP address and port (0: any free one), or a Unix domain socket that does not exist yet.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="log">Told about handlers that fail.</param>
    /// <param name="limits">Null: the defaults.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static HttpServer Start(EndPoint address, IHttpHandler handler, Log log, HttpLimits? limits = null)
    {
        var protocol = address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp;
        var listener = new Socket(address.AddressFamily, SocketType.Stream, protocol);
        try
        {
            listener.Bind(address);
            listener.Listen();
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        var server = new HttpServer(listener, handler, limits ?? new HttpLimits(), log);
        _ = server.AcceptAsync();
        return server;
    }

    /// <summary>Closes the listener and all connections.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                if (_slots.Wait(0)) _ = ServeAsync(socket);
                else socket.Dispose();
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                // Out of descriptors, or a client that left at once. Waiting keeps the former from becoming a loop at full speed.
                _log.Warning("accepting a connection failed", error);
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var connection = new HttpConnection(socket, _limits, Handle, _stop.Token);
            await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Left before it was served.
        }
        finally
        {
            _slots.Release();
        }
    }

    // One at a time: what administration costs beside the traffic does not add up.
    private HttpResponse Handle(HttpRequest request)
    {
        lock (_oneAtATime)
        {
            try
            {
                return _handler.Handle(request);
            }
            catch (Exception error)
            {
                _log.Error($"{request.Method} {request.Path}", error);
                return HttpResponse.Error(500);
            }
        }
    }
}
