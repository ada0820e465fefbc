using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Meltemi.Xds.Client;
using Meltemi.Xds.Grpc;

namespace Meltemi.Tests.Xds.Client;

/// <summary>A server whose every word the test says.</summary>
internal sealed class ScriptedServer(string name) : IXdsConnector
{
    private readonly Channel<object> _streams = Channel.CreateUnbounded<object>();

    public string Name => name;

    /// <summary>Connecting fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>There is only the older protocol.</summary>
    public bool HasNoDelta { get; set; }

    public IXdsStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> OpenDelta(string? type, CancellationToken cancel) =>
        Open<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(HasNoDelta ? GrpcStatusCode.Unimplemented : null);

    public IXdsStream<DiscoveryRequest, DiscoveryResponse> OpenStateOfTheWorld(string? type, CancellationToken cancel) =>
        Open<DiscoveryRequest, DiscoveryResponse>(null);

    /// <summary>The next stream that the client opens.</summary>
    public async Task<ScriptedStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> Delta() =>
        (ScriptedStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>)await Next();

    /// <summary>The next stream that the client opens, of the older protocol.</summary>
    public async Task<ScriptedStream<DiscoveryRequest, DiscoveryResponse>> Older() => (ScriptedStream<DiscoveryRequest, DiscoveryResponse>)await Next();

    private async Task<object> Next() => await _streams.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

    private ScriptedStream<TRequest, TResponse> Open<TRequest, TResponse>(GrpcStatusCode? failure)
        where TRequest : class
        where TResponse : class
    {
        var stream = new ScriptedStream<TRequest, TResponse>();
        if (IsDown) failure ??= GrpcStatusCode.Unavailable;
        if (failure is { } code) stream.Fail(code);
        else _streams.Writer.TryWrite(stream);
        return stream;
    }
}

/// <summary>A stream to a <see cref="ScriptedServer"/>.</summary>
internal sealed class ScriptedStream<TRequest, TResponse> : IXdsStream<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly Channel<TRequest> _requests = Channel.CreateUnbounded<TRequest>();
    private readonly Channel<TResponse> _responses = Channel.CreateUnbounded<TResponse>();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Disposed => _disposed.Task.WaitAsync(TimeSpan.FromMinutes(1));

    public async Task SendAsync(TRequest request, CancellationToken cancel) => await _requests.Writer.WriteAsync(request, cancel);

    public async ValueTask<TResponse?> ReceiveAsync(CancellationToken cancel)
    {
        while (await _responses.Reader.WaitToReadAsync(cancel))
        {
            if (_responses.Reader.TryRead(out var response)) return response;
        }

        return null;
    }

    public void Dispose() => _disposed.TrySetResult();

    /// <summary>What the client says next.</summary>
    public async Task<TRequest> Request() => await _requests.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

    public void Respond(TResponse response) => _responses.Writer.TryWrite(response);

    public void End() => _responses.Writer.TryComplete();

    public void Fail(GrpcStatusCode code) => _responses.Writer.TryComplete(new GrpcException(code, "as the test wants it"));
}
