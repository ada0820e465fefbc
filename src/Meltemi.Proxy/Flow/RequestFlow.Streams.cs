using Meltemi.Codec;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry;

namespace Meltemi.Proxy.Flow;

/// <summary>What follows the opening of a stream, both ways.</summary>
internal sealed partial class RequestFlow
{
    /// <summary>More of a stream from its client.</summary>
    public void ContinueStream(Exchange x, Span<byte> message, in Frame frame)
    {
        x.RequestBytes += frame.Length;
        x.LastActivityMilliseconds = worker.Loop.NowMilliseconds;
        if (x.Upstream is not { } upstream)
        {
            Reply(x, ReplyReason.MalformedRequest);
            return;
        }

        x.Mutation.Clear();
        if (!Write(x, null, message, frame, x.UpstreamId, upstream.Connection, upstream.Connection))
        {
            Reply(x, ReplyReason.CannotRewrite);
            return;
        }

        x.ClientEnded |= Ends(frame);
        if ((frame.Flags & FrameFlags.EndBoth) != 0 || (x.ClientEnded && x.ServerEnded)) Complete(x, ResponseFlag.None, 0);
    }

    private void DeliverStream(Exchange x, Span<byte> message, in Frame frame)
    {
        var now = worker.Loop.NowMilliseconds;
        if (x.ResponseBytes == frame.Length)
        {
            x.DeadlineMilliseconds = 0;
            worker.Loop.Schedule(x, ListenerModel.StreamIdleMilliseconds);
        }

        x.LastActivityMilliseconds = now;
        x.Mutation.Clear();
        var connection = x.Client!.Connection;
        if (!Write(x, null, message, frame, x.ClientId, connection, connection))
        {
            Reply(x, ReplyReason.CannotRewrite);
            return;
        }

        x.ServerEnded |= Ends(frame);
        if ((frame.Flags & FrameFlags.EndBoth) != 0 || (x.ClientEnded && x.ServerEnded))
        {
            EndTry(x, TryResult.Answered, frame.Status);
            Finish(x, ResponseFlag.None, frame.Code);
        }
    }

    private static bool Ends(in Frame frame) =>
        frame.Kind == MessageKind.StreamClose || (frame.Flags & (FrameFlags.EndStream | FrameFlags.EndBoth)) != 0;
}
