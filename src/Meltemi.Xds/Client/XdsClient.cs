using System.Threading.Channels;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;

namespace Meltemi.Xds.Client;

/// <summary>
/// Follows a control plane: keeps a stream to one of its servers open, asks for what is subscribed, has the handler take over what comes and says
/// what became of it. Servers are tried in turn; after each round without success it waits, longer and longer and never in step with others.
/// What was accepted stays while there is no server.
/// </summary>
public sealed class XdsClient : IXdsClient
{
    private readonly XdsClientOptions _options;
    private readonly IReadOnlyList<IXdsConnector> _servers;
    private readonly IXdsHandler _handler;
    private readonly ISerialQueue _queue;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, TypeState> _types = new(StringComparer.Ordinal); // on the queue
    private Action _wake = static () => { };
    private Task _running = Task.CompletedTask;

    /// <summary>A client; <see cref="Start"/> lets it begin.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="servers">At least one. The first to be tried is chosen at random, so that many clients spread over them.</param>
    /// <param name="handler">Takes over what comes.</param>
    /// <param name="queue">What handler and subscriptions run on.</param>
    public XdsClient(XdsClientOptions options, IReadOnlyList<IXdsConnector> servers, IXdsHandler handler, ISerialQueue queue)
    {
        (_options, _servers, _handler, _queue) = (options, servers, handler, queue);
        _backoff = new(options.FirstBackoff, options.LongestBackoff, options.Random);
    }

    /// <inheritdoc/>
    public IEnumerable<XdsResource> Held => _types.Values.SelectMany(type => type.Held.Values.Where(resource => type.Wants(resource.Name)));

    /// <inheritdoc/>
    public void Restore(IReadOnlyCollection<XdsResource> resources)
    {
        // In order, since what clusters and listeners name is asked for only when they are known.
        var byType = resources.ToLookup(resource => resource.Type, StringComparer.Ordinal);
        foreach (var type in XdsTypes.InOrder)
        {
            if (byType[type].Any()) _ = State(type).TakeOver(byType[type], [], [], _handler);
        }
    }

    /// <inheritdoc/>
    public void Accept(XdsResource resource) => State(resource.Type).Hold(resource);

    /// <inheritdoc/>
    public void Start() => _running = Task.Run(RunAsync);

    /// <inheritdoc/>
    public void SubscribeAll(string type)
    {
        State(type).IsWildcard = true;
        Changed(type);
    }

    /// <inheritdoc/>
    public void Subscribe(string type, string name)
    {
        if (!State(type).Names.Add(name)) return;
        Changed(type);

        // Given up and wanted again before the server heard of it: it will not send again what we hold.
        if (State(type).Held.TryGetValue(name, out var held)) _queue.Post(() => _handler.Received(new XdsUpdate(type, [held], [])));
    }

    /// <inheritdoc/>
    public void Unsubscribe(string type, string name)
    {
        if (State(type).Names.Remove(name)) Changed(type);
    }

    /// <summary>Ends the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private TypeState State(string type)
    {
        if (!_types.TryGetValue(type, out var state)) _types[type] = state = new(type);
        return state;
    }

    private void Changed(string type)
    {
        State(type).Changes++;
        _wake();
    }

    private async Task RunAsync()
    {
        var next = _options.Random.Next(_servers.Count);
        for (var tried = 1; !_stop.IsCancellationRequested; tried++)
        {
            var server = _servers[next++ % _servers.Count];
            var (reason, wasConnected) = await TryAsync(server).ConfigureAwait(false);
            if (_stop.IsCancellationRequested) return;
            _queue.Post(() => _handler.Disconnected(server.Name, reason, wasConnected));
            if (wasConnected)
            {
                _backoff.Reset();
                tried = _servers.Count;
            }

            if (tried < _servers.Count) continue;
            tried = 0;
            await Task.Delay(_backoff.Next(), _queue.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A stream from its beginning to its end, with a second one if the server knows only the older protocol.</summary>
    private async Task<(string Reason, bool WasConnected)> TryAsync(IXdsConnector server)
    {
        var connected = false;
        try
        {
            try
            {
                if (_options.Delta)
                {
                    var session = new DeltaSession(_options.Node, _types, _handler);
                    await RunAsync(server.OpenDelta(_options.Type, _stop.Token), session, () => Connected(true)).ConfigureAwait(false);
                    return ("the server ended the stream", connected);
                }
            }
            catch (GrpcException e) when (e.StatusCode == GrpcStatusCode.Unimplemented && !connected)
            {
                // The server has no delta protocol.
            }

            var older = new StateOfTheWorldSession(_options.Node, _types, _handler);
            await RunAsync(server.OpenStateOfTheWorld(_options.Type, _stop.Token), older, () => Connected(false)).ConfigureAwait(false);
            return ("the server ended the stream", connected);
        }
        catch (GrpcException e)
        {
            return (e.Message, connected);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return ("stopped", connected);
        }
        catch (Exception e)
        {
            // Ours or the handler's mistake: as bad as a broken stream, and as curable.
            return ($"{e.GetType().Name}: {e.Message}", connected);
        }

        void Connected(bool delta)
        {
            if (connected) return;
            connected = true;
            _handler.Connected(server.Name, delta);
        }
    }

    private async Task RunAsync<TRequest, TResponse>(
        IXdsStream<TRequest, TResponse> stream, XdsSession<TRequest, TResponse> session, Action connected)
        where TRequest : class
        where TResponse : class
    {
        using var owned = stream;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await _queue.RunAsync(() => _wake = () => signal.Writer.TryWrite(true)).ConfigureAwait(false);
        var receiving = ReceiveAsync();
        var sending = SendAsync();
        try
        {
            // How the stream ended is what the receiving side hears; sending fails with it.
            if (await Task.WhenAny(receiving, sending).ConfigureAwait(false) == sending) await Task.WhenAny(receiving, Task.Delay(1000, end.Token)).ConfigureAwait(false);
            await (receiving.IsCompleted ? receiving : sending).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(receiving, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task ReceiveAsync()
        {
            while (await stream.ReceiveAsync(end.Token).ConfigureAwait(false) is { } response)
            {
                await _queue.RunAsync(() =>
                {
                    connected();
                    session.Received(response);
                    return _wake;
                }).ConfigureAwait(false);
                signal.Writer.TryWrite(true);
            }
        }

        async Task SendAsync()
        {
            while (true)
            {
                while (await _queue.RunAsync(session.Next).ConfigureAwait(false) is { } request)
                    await stream.SendAsync(request, end.Token).ConfigureAwait(false);
                await signal.Reader.ReadAsync(end.Token).ConfigureAwait(false);
            }
        }
    }
}
