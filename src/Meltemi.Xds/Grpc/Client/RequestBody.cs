using System.IO.Pipelines;
using System.Net;

namespace Meltemi.Xds.Grpc.Client;

/// <summary>The body of a request that is written as long as the call lasts.</summary>
internal sealed class RequestBody : HttpContent
{
    private readonly TaskCompletionSource<PipeWriter> _writer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestBody() => Headers.TryAddWithoutValidation("content-type", GrpcNames.ContentType);

    /// <summary>What to write to, once there is a connection.</summary>
    public Task<PipeWriter> Writer => _writer.Task;

    /// <summary>No more is written.</summary>
    public void Complete() => _complete.TrySetResult();

    /// <summary>Nothing can be written any more; what was written is worth nothing.</summary>
    public void Abort(Exception exception)
    {
        _writer.TrySetException(exception);
        _complete.TrySetException(exception);
        _ = (_writer.Task.Exception, _complete.Task.Exception); // whoever does not write does not miss it
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false); // the headers go out even if no message follows soon
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        _writer.TrySetResult(writer);
        await _complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await writer.CompleteAsync().ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
