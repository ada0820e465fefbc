using System.Threading.Channels;
using Google.Protobuf;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Server;

namespace Meltemi.Xds.Server;

/// <summary>
/// One stream from the first request to the end. Requests are read ahead into a small queue (a client that floods is slowed down by its own window) and served
/// before pushes; a client that does not read holds back only its own stream, and that not for ever.
/// </summary>
internal sealed class XdsStream<TRequest, TResponse>(XdsServer server, GrpcServerCall<TRequest, TResponse> call, Dialect<TRequest, TResponse> dialect)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private const int MaxRequestsAhead = 16;

    private readonly XdsServerOptions _options = server.Options;
    private readonly Channel<TRequest> _requests = Channel.CreateBounded<TRequest>(
        new BoundedChannelOptions(MaxRequestsAhead) { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _awake = new(0);
    private int _changed;

    public async Task RunAsync()
    {
        var first = await FirstAsync().ConfigureAwait(false);
        if (first is null) return;
        dialect.CheckType(first);
        var node = dialect.NodeOf(first) is { Id.Length: > 0 } given
            ? given
            : throw new XdsRefusedException("the first request of a stream must have a node with an id");

        using var turn = await server.Admission.WaitAsync(call.Cancel).ConfigureAwait(false)
            ?? throw new GrpcException(GrpcStatusCode.Unavailable, "too many clients connect at the same time; try again later");
        using var view = server.Source.Open(node, Changed);
        var client = new XdsClient(node, call.Peer, dialect.IsDelta, dialect.OnlyType, _options.Time.GetUtcNow(), view);
        server.Clients.Add(client);
        try
        {
            await ServeAsync(first, client, view, turn).ConfigureAwait(false);
        }
        finally
        {
            server.Clients.Remove(client);
        }
    }

    private async Task ServeAsync(TRequest first, XdsClient client, IXdsView view, IDisposable turn)
    {
        var (session, take) = dialect.Open(view, _options, SendAsync);
        _ = ReadAsync();
        await take(first).ConfigureAwait(false);
        var requests = _requests.Reader;
        do
        {
            client.Publish(session.TakeStates());
            await _awake.WaitAsync(session.Rest(), call.Cancel).ConfigureAwait(false);
            Volatile.Write(ref _changed, 0);
            while (requests.TryRead(out var request))
            {
                dialect.CheckType(request);
                await take(request).ConfigureAwait(false);
            }

            session.GiveUpWaiting();
            if (!session.IsWaiting) turn.Dispose(); // It has what it asked for first.
            await session.AdvanceAsync().ConfigureAwait(false);
        }
        while (!requests.Completion.IsCompleted);

        await requests.Completion.ConfigureAwait(false); // With the reason, if there was one.
    }

    private void Changed()
    {
        if (Interlocked.Exchange(ref _changed, 1) == 0) _awake.Release();
    }

    private async Task<TRequest?> FirstAsync()
    {
        try
        {
            return await call.ReadAsync().AsTask().WaitAsync(_options.FirstRequest, call.Cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new GrpcException(GrpcStatusCode.DeadlineExceeded, $"no request came within {_options.FirstRequest.TotalSeconds} s");
        }
    }

    private async ValueTask SendAsync(TResponse response)
    {
        var writing = call.WriteAsync(response);
        if (writing.IsCompletedSuccessfully) return;
        try
        {
            await writing.AsTask().WaitAsync(_options.MaxStall, call.Cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            XdsServerLog.Stalled(server.Log, call.Peer, _options.MaxStall.TotalSeconds);
            call.Abort(); // Whatever is buffered for it goes.
            throw;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await call.ReadAsync().ConfigureAwait(false) is { } request)
            {
                await _requests.Writer.WriteAsync(request, call.Cancel).ConfigureAwait(false);
                _awake.Release();
            }

            _requests.Writer.Complete();
        }
        catch (Exception e)
        {
            _requests.Writer.Complete(e);
        }
        finally
        {
            _awake.Release();
        }
    }
}
