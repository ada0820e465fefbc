using Meltemi.Codec;
using Meltemi.Proxy.Filters.Faults;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry;

namespace Meltemi.Proxy.Flow;

/// <summary>Step 7, and the ends that nobody asked for: answers of the proxy itself, deadlines, clients that leave.</summary>
internal sealed partial class RequestFlow
{
    /// <summary>Answers in the proxy's own name, with the standard text of the reason.</summary>
    public void Reply(Exchange x, ReplyReason reason)
    {
        Span<byte> text = stackalloc byte[LocalReply.MaxText];
        Reply(x, reason, text[..LocalReply.Text(x, reason, text)]);
    }

    /// <summary>Answers in the proxy's own name.</summary>
    public void Reply(Exchange x, ReplyReason reason, ReadOnlySpan<byte> text)
    {
        if (x.State is ExchangeState.Free or ExchangeState.Answered) return;
        var result = TryResults.Of(reason);
        EndTry(x, result, default);
        Detach(x, result);
        x.Reason = reason;
        x.IsLocalReply = true;
        var flag = x.RetriesUsedUp ? reason.Flag().AndRetryLimit() : reason.Flag();
        if (x.IsCopy)
        {
            CopyFailed(x);
            return;
        }

        if (x.Client is not { } client || x.Kind == MessageKind.OneWay)
        {
            Finish(x, flag, 0);
            return;
        }

        worker.Add(client.Stats.RqLocalReply);
        var info = new RequestInfo
        {
            Id = x.ClientId,
            Kind = x.Kind,
            HasBegun = x.ResponseBytes > 0,
            Variant = x.Variant,
            Memo = x.Memo,
            Kept = x.Kept.AsSpan(0, x.KeptLength),
            State = client.CodecState,
        };
        if (client.MustWait(x))
        {
            _scratch.ResetWrittenCount();
            var held = x.Model.Codec.WriteReply(info, x.Fault.ErrorFor(reason), text, _scratch);
            x.ResponseBytes += _scratch.WrittenCount;
            HoldAnswer(x, _scratch.WrittenSpan, flag, held);
            return;
        }

        var pending = client.Connection.PendingBytes;
        var code = x.Model.Codec.WriteReply(info, x.Fault.ErrorFor(reason), text, client.Connection);
        x.ResponseBytes += Math.Max(0, client.Connection.PendingBytes - pending);
        Finish(x, flag, code);
    }

    /// <summary>A filter's answer to a request at hand, which is counted under the request's interface and method.</summary>
    public void Refuse(Exchange x, ReadOnlySpan<byte> message, ReplyReason reason, ReadOnlySpan<byte> text)
    {
        var model = x.Model;
        var values = worker.Values;
        x.Series ??= model.Metrics(worker.Index).Find(values.Get(model.InterfaceSlot, message), values.Get(model.MethodSlot, message), -1, "");
        Reply(x, reason, text);
    }

    /// <summary>The same, of a filter that had paused the request.</summary>
    public void RefuseHeld(Exchange x, ReplyReason reason, ReadOnlySpan<byte> text)
    {
        var message = x.Held.AsSpan(0, x.Held is null ? 0 : x.HeldLength);
        if (x.Held is not null && ReadAttributes(x, message, x.HeldFrame)) Refuse(x, message, reason, text);
        else Reply(x, reason, text);
    }

    private void Finish(Exchange x, ResponseFlag flag, int code)
    {
        var client = x.Client;
        Complete(x, flag, code);
        client?.Advance();
    }

    private void Complete(Exchange x, ResponseFlag flag, int code)
    {
        Detach(x);
        var model = x.Model;
        var duration = worker.Loop.NowNanoseconds - x.StartNanoseconds;
        if (x.Fault.Policy is not null) flag = FaultInjection.End(worker, x, flag);
        x.Series ??= model.Metrics(worker.Index).Find(default, default, -1, "");
        x.Series.Record(code, flag, duration, x.RequestBytes, x.ResponseBytes);
        model.AccessLog.Write(x, worker, flag, code, duration);
        var filters = model.Filters(worker.Index);
        for (var i = 0; i < filters.Length; i++)
        {
            x.FilterIndex = i;
            filters[i].OnCompleted(x);
        }

        if (x.Copies is not null) EndOriginal(x);
        EndTry(x, TryResult.Unknown, default);
        if (x.Limits is { } limits)
        {
            x.Limits = null;
            limits.Requests.Return();
            worker.Add(x.Cluster!.Stats.RqActive, -1);
        }

        if (x.Client is { } client)
        {
            client.Remove(x);
            worker.Add(client.Stats.RqActive, -1);
        }

        Return(x);
    }

    /// <summary>Nothing upstream refers to the exchange any more, no timer runs, and there will be no further tries.</summary>
    /// <param name="others">How tries ended that are still going on beside its own.</param>
    private void Detach(Exchange x, TryResult others = TryResult.Unknown)
    {
        x.Rest();
        if (x.Tries is not null) Release(x, others);
        if (x.Request.IsThere) x.Request.Release();
        DetachTry(x);
    }

    /// <summary>The deadline, the time of a try, a wait, or a stream's idle time is over.</summary>
    public void Expired(Exchange x)
    {
        if (x.State == ExchangeState.Delayed)
        {
            Undelay(x);
            return;
        }

        var now = worker.Loop.NowMilliseconds;
        if (x.TryEndMilliseconds > 0 && (x.DeadlineMilliseconds == 0 || now < x.DeadlineMilliseconds))
        {
            TryExpired(x);
            return;
        }

        if (x.Kind == MessageKind.StreamOpen && x.State == ExchangeState.InFlight && x.ResponseBytes > 0)
        {
            var idle = now - x.LastActivityMilliseconds;
            if (idle < ListenerModel.StreamIdleMilliseconds)
            {
                worker.Loop.Schedule(x, (int)(ListenerModel.StreamIdleMilliseconds - idle));
                return;
            }
        }

        if (x.Cluster is { } cluster) worker.Add(cluster.Stats.RqTimeout);
        Reply(x, ReplyReason.Timeout);
    }

    /// <summary>The client left. Its answer, should it still come, reaches nobody.</summary>
    public void ClientGone(Exchange x)
    {
        if (x.State == ExchangeState.Answered) x.Client!.HeldBytes -= x.HeldLength;
        Complete(x, ResponseFlag.DownstreamConnectionTermination, 0);
    }
}
