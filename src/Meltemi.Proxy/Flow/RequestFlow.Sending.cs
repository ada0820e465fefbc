using System.Buffers;
using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Routing.Retries;
using Meltemi.Proxy.Telemetry;
using Meltemi.Transport;

namespace Meltemi.Proxy.Flow;

/// <summary>Step 4: an endpoint, a connection to it, and the bytes. What happens at one endpoint is a try.</summary>
internal sealed partial class RequestFlow
{
    private readonly Mutation _merged = new();

    private void Send(Exchange x, RetryPolicy? retry, Span<byte> message, in Frame frame)
    {
        ulong hash = 0;
        var hasHash = x.Cluster!.WantsHash && x.Route!.TryHash(message, worker.Values, x.Client!.AddressHash, out hash);
        if (retry is { ConnectingOnly: false }) Keep(x, retry, message, frame, hash, hasHash);
        var sequence = x.Sequence;
        SendTry(x, hash, hasHash, message, frame);
        if (retry is null || x.Sequence != sequence || x.State is not (ExchangeState.InFlight or ExchangeState.Waiting)) return;

        // On an established connection nothing can happen any more that such a policy covers.
        if (retry.ConnectingOnly && x.Upstream is not { IsConnected: true }) KeepSent(x, retry, message, frame, hash, hasHash);
        else if (retry.Config.InitialRequests > 1 && x.Request.IsThere) HedgeAtOnce(x, retry.Config.InitialRequests);
    }

    private void SendTry(Exchange x, ulong hash, bool hasHash, Span<byte> message, in Frame frame)
    {
        var endpoint = Choose(x, new PickContext(hash, hasHash, worker.NextRandom(), x.Tried, x.Subset));
        if (endpoint is null)
        {
            worker.Add(x.Cluster!.Stats.NoneHealthy);
            NotSent(x, ReplyReason.NoHealthyEndpoint);
            return;
        }

        BeginTry(x, endpoint);
        var pool = endpoint.Pool(x.Model, frame.Variant);
        Sent(x, pool.Send(x, message, frame), message, frame);
    }

    private static EndpointPool? Choose(Exchange x, in PickContext context)
    {
        var cluster = x.Cluster!;
        if ((x.Tries?.Lead ?? x).Session is { Address.IsEmpty: false } session)
        {
            var named = cluster.Find(session.Address);
            if (session.IsStrict || (named is not null && x.Tried?.Contains(named.Endpoint) != true)) return named;
        }

        return cluster.Pick(context, x.Client!.Connection);
    }

    private void BeginTry(Exchange x, EndpointPool endpoint)
    {
        x.Endpoint = endpoint;
        x.Trying = true;
        x.TryNanoseconds = worker.Loop.NowNanoseconds;
        endpoint.Active++;
        if (x.Tries is not { } tries)
        {
            x.Attempts = 1;
            return;
        }

        x.SentOn = null;
        tries.Lead!.Attempts++;
        tries.Tried.Add(endpoint.Endpoint);
        if (tries.Policy.PerTryMilliseconds == 0) return;
        tries.Lead.TryEndMilliseconds = worker.Loop.NowMilliseconds + tries.Policy.PerTryMilliseconds;
        Arm(tries.Lead);
    }

    private void EndTry(Exchange x, TryResult result, AnswerStatus status)
    {
        if (!x.Trying) return;
        x.Trying = false;
        x.Endpoint!.Report(new TryOutcome(result, status, worker.Loop.NowNanoseconds - x.TryNanoseconds));
    }

    /// <summary>A try that did not come about, for reasons that are not the endpoint's.</summary>
    private void NotSent(Exchange x, ReplyReason reason)
    {
        if (!x.IsHedge)
        {
            Reply(x, reason);
            return;
        }

        EndTry(x, TryResult.Unknown, default);
        Drop(x);
    }

    private void Sent(Exchange x, SendResult result, ReadOnlySpan<byte> message, in Frame frame)
    {
        switch (result)
        {
            case SendResult.Sent:
                x.State = ExchangeState.InFlight;
                if (x.Kind == MessageKind.OneWay) Complete(x, ResponseFlag.None, 0);
                else if (x.Kind == MessageKind.StreamOpen) x.Client!.OpenStream(x);
                break;
            case SendResult.Waits:
                x.State = ExchangeState.Waiting;
                x.Hold(message, frame);
                if (x.DeadlineMilliseconds > 0 || x.IsHedge) break;
                x.DeadlineMilliseconds = worker.Loop.NowMilliseconds + ListenerModel.StandardTimeoutMilliseconds;
                Arm(x);
                break;
            case SendResult.Overflow:
                NotSent(x, ReplyReason.Overflow);
                break;
            default:
                NotSent(x, ReplyReason.CannotRewrite);
                break;
        }
    }

    /// <summary>The connection that a waiting request was held for is there.</summary>
    public void SendHeld(Exchange x, UpstreamConnection connection)
    {
        var bytes = x.Held!;
        x.Held = null;
        var message = bytes.AsSpan(0, x.HeldLength);
        Sent(x, connection.Send(x, message, x.HeldFrame), message, x.HeldFrame);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>Writes a message with another id and all changes; false if it cannot carry them.</summary>
    public bool Write(Exchange x, Mutation? routeMutation, Span<byte> message, in Frame frame, ulong id, IBufferWriter<byte> output, Connection connection)
    {
        var mutation = x.Mutation;
        if (routeMutation is { IsEmpty: false })
        {
            if (mutation.IsEmpty)
            {
                mutation = routeMutation;
            }
            else
            {
                _merged.Clear();
                _merged.Append(mutation);
                _merged.Append(routeMutation);
                mutation = _merged;
            }
        }

        var codec = x.Model.Codec;
        if (mutation.IsEmpty && (id == frame.Id || codec.TryPatchId(message, frame, id)))
        {
            if (ReferenceEquals(output, connection)) connection.Write(message);
            else output.Write(message);
            return true;
        }

        return codec.Rewrite(message, frame, id, mutation, output);
    }
}
