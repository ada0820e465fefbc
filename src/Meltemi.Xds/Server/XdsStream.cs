using System.Threading.Channels;
using Google.Protobuf;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Server;

namespace Meltemi.Xds.Server;

/// <summary>
/// One stream from the first request to the end. Requests are read ahead into a small queue (a client that floods is slowed down by its own window) and served
/// before pushes; a client that does not read holds back only its own stream.
/// </summary>
internal sealed class XdsStream<TRequest, TResponse>(
    IXdsSource source, XdsServerOptions options, GrpcServerCall<TRequest, TResponse> call, Dialect<TRequest, TResponse> dialect, Admission.Turn turn)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private const int MaxRequestsAhead = 16;

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
        using var view = source.Open(node, Changed);
        var (session, take) = dialect.Open(view, options, call.WriteAsync);
        var reading = ReadAsync();
        await take(first).ConfigureAwait(false);
        while (await NextAsync(session).ConfigureAwait(false))
        {
            while (_requests.Reader.TryRead(out var request))
            {
                dialect.CheckType(request);
                await take(request).ConfigureAwait(false);
            }

            // It has what it asked for first, or is waiting for the client.
            if (!session.IsWaiting) turn.Dispose();
            if (session.IsWaiting || Interlocked.Exchange(ref _changed, 0) == 0) continue;
            await session.PushAsync().ConfigureAwait(false);
        }

        await reading.ConfigureAwait(false);
        await _requests.Reader.Completion.ConfigureAwait(false); // With the reason, if there was one.
    }

    private void Changed()
    {
        if (Interlocked.Exchange(ref _changed, 1) == 0) _awake.Release();
    }

    private async Task<TRequest?> FirstAsync()
    {
        try
        {
            return await call.ReadAsync().AsTask().WaitAsync(options.FirstRequest, options.Time, call.Cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new GrpcException(GrpcStatusCode.DeadlineExceeded, $"no request came within {options.FirstRequest.TotalSeconds} s");
        }
    }

    /// <summary>Waits for something to do; false: the client has ended the stream.</summary>
    private async ValueTask<bool> NextAsync(XdsSession session)
    {
        while (true)
        {
            if (_requests.Reader.TryPeek(out _)) return true;
            if (_requests.Reader.Completion.IsCompleted) return false;
            if (Volatile.Read(ref _changed) != 0 && !session.IsWaiting) return true;
            var limit = session.IsWaiting ? options.MaxSilence : Timeout.InfiniteTimeSpan;
            if (await _awake.WaitAsync(limit, call.Cancel).ConfigureAwait(false)) continue;
            session.GiveUpWaiting();
            turn.Dispose();
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
