using System.Globalization;
using Google.Protobuf;

namespace Meltemi.Xds.Grpc.Client;

/// <summary>
/// A call in progress. One may write while another reads; neither may be done twice at a time. A server that ends the call makes both throw its
/// status, except that an OK makes <see cref="ReadAsync"/> answer null.
/// </summary>
public sealed class GrpcCall<TRequest, TResponse> : IDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly GrpcChannelOptions _options;
    private readonly CancellationToken _cancel;
    private readonly TimeSpan? _timeout;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _end;
    private readonly CancellationToken _ended;
    private readonly RequestBody _body = new();
    private readonly Task<HttpResponseMessage> _response;
    private GrpcMessageReader<TResponse>? _reader;
    private volatile GrpcException? _failure;
    private bool _disposed;

    internal GrpcCall(
        HttpMessageInvoker http, Uri uri, GrpcMethod<TRequest, TResponse> method, GrpcChannelOptions options, GrpcCallOptions call, CancellationToken cancel)
    {
        (_method, _options, _cancel, _timeout) = (method, options, cancel, call.Timeout);
        _deadline = new CancellationTokenSource(_timeout ?? Timeout.InfiniteTimeSpan);
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel, _deadline.Token);
        _ended = _end.Token;
        _response = SendAsync(http, Request(uri, call));
    }

    /// <summary>What came with the status, once <see cref="ReadAsync"/> answered null.</summary>
    public GrpcMetadata Trailers { get; private set; } = [];

    /// <summary>What the server sent before its first message.</summary>
    public async Task<GrpcMetadata> HeadersAsync() => GrpcResponse.Metadata((await ResponseAsync().ConfigureAwait(false)).Headers.NonValidated);

    /// <summary>Sends a message; completes when the server's window took it.</summary>
    public async Task WriteAsync(TRequest message, CancellationToken cancel = default)
    {
        try
        {
            _ended.ThrowIfCancellationRequested();
            var output = await _body.Writer.WaitAsync(cancel).ConfigureAwait(false);
            await new GrpcMessageWriter(output, _options.Gzip ? 0 : int.MaxValue, _options.MaxSendBytes).WriteAsync(message, cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not GrpcException && !cancel.IsCancellationRequested)
        {
            throw Translate(exception, GrpcStatusCode.Cancelled, "the server has ended the call; reading says how");
        }
    }

    /// <summary>Says that no more messages follow.</summary>
    public Task CompleteAsync()
    {
        _body.Complete();
        return Task.CompletedTask;
    }

    /// <summary>The next message; null: the server ended the call with OK.</summary>
    /// <exception cref="GrpcException">The call ended otherwise.</exception>
    /// <exception cref="OperationCanceledException">Its token, or that of the call, asked for it. Either ends the call.</exception>
    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancel = default)
    {
        if (_failure is { } failure) throw failure;
        using var giveUp = cancel == _cancel ? default : cancel.Register(static call => ((GrpcCall<TRequest, TResponse>)call!).Cancel(), this);
        try
        {
            var response = await ResponseAsync().ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(_ended).ConfigureAwait(false);
            _reader ??= new(body, GrpcResponse.Encoding(response), _options.MaxReceiveBytes, _method.ResponseParser);
            if (await _reader.ReadAsync(_ended).ConfigureAwait(false) is { } message) return message;
            Trailers = GrpcResponse.End(response, _method.Path);
            _body.Complete();
            return null;
        }
        catch (Exception exception)
        {
            cancel.ThrowIfCancellationRequested();
            var translated = Translate(exception);
            if (translated is GrpcException ended) _failure = ended;
            Cancel();
            throw translated;
        }
    }

    /// <summary>Ends the call; the server is told that it was cancelled, if it is still at it.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Cancel();
        _ = _response.ContinueWith(static response => response.Exception, TaskScheduler.Default); // it may have failed without anybody reading
        _end.Dispose();
        _deadline.Dispose();
    }

    /// <summary>Sends the only message. A server may have answered without reading it: then that answer counts, and no error here.</summary>
    internal async Task TryWriteLastAsync(TRequest message)
    {
        try
        {
            await WriteAsync(message, _ended).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or GrpcException { InnerException: not null })
        {
            // ReadAsync says how it ended.
        }

        _body.Complete();
    }

    private HttpRequestMessage Request(Uri uri, GrpcCallOptions call)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _body,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", "grpc-meltemi");
        headers.TryAddWithoutValidation(GrpcNames.AcceptEncoding, GrpcNames.Encodings);
        if (_options.Gzip) headers.TryAddWithoutValidation(GrpcNames.Encoding, GrpcNames.Gzip);
        if (_timeout is { } timeout) headers.TryAddWithoutValidation(GrpcNames.Timeout, GrpcTimeout.Format(timeout));
        foreach (var (name, value) in call.Metadata) headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        try
        {
            var response = await http.SendAsync(request, _ended).ConfigureAwait(false);
            // From here on the handler looks at our token no more: letting go of the response is what resets the stream.
            _ended.Register(() =>
            {
                _body.Abort(new OperationCanceledException());
                response.Dispose();
            });
            return response;
        }
        catch (Exception exception)
        {
            _body.Abort(exception);
            throw;
        }
    }

    /// <summary>The response, if it is one of gRPC.</summary>
    private async Task<HttpResponseMessage> ResponseAsync()
    {
        HttpResponseMessage response;
        try
        {
            response = await _response.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Translate(exception);
        }

        GrpcResponse.Check(response, _method.Path);
        return response;
    }

    /// <param name="exception">What happened.</param>
    /// <param name="code">What it means that something below was cancelled, and not by us.</param>
    /// <param name="detail">The same in words.</param>
    private Exception Translate(Exception exception, GrpcStatusCode code = GrpcStatusCode.Unavailable, string detail = "the connection was lost")
    {
        if (exception is GrpcException) return exception;
        if (_failure is { } failure) return failure;
        if (_cancel.IsCancellationRequested) return new OperationCanceledException(_cancel);
        if (_deadline.IsCancellationRequested)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{_method.Path} did not end within {_timeout!.Value.TotalSeconds:0.###} s");
            return new GrpcException(GrpcStatusCode.DeadlineExceeded, text, exception);
        }

        if (_end.IsCancellationRequested) return new GrpcException(GrpcStatusCode.Cancelled, "the call was ended on this side", exception);
        return exception is OperationCanceledException ? new GrpcException(code, detail, exception) : HttpFailures.From(exception);
    }

    private void Cancel()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ended meanwhile.
        }
    }
}
