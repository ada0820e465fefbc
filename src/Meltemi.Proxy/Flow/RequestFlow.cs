using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry;
using Meltemi.Transport;

namespace Meltemi.Proxy.Flow;

/// <summary>
/// The way of a request through one loop. All of it runs on the loop's thread and, unless a filter pauses or a connection must be
/// awaited, within one turn:
/// <code>
///   client bytes --decode--> message
///        | 1 Start      note what the answer will need, read the wanted attributes
///        | 2 Filter     request filters, in order                  (may pause, answer, abort)
///        | 3 Route      first route that matches -> cluster, deadline
///        | 4 Send       balancer -> endpoint -> pool -> connection; id and mutations are written
///        v
///   upstream bytes --decode--> answer
///        | 5 Deliver    answer filters, in reverse                 (may pause, answer, abort)
///        | 6 Answer     id and mutations are written; an ordered client's answer waits for its turn
///        v 7 Complete   metrics, access log, back to the store
/// </code>
/// Whatever goes wrong on the way ends in <see cref="Reply(Exchange, ReplyReason)"/>: the client gets an error of its own protocol.
/// </summary>
internal sealed class RequestFlow(Worker worker)
{
    private readonly Mutation _merged = new();
    private readonly ArrayBufferWriter<byte> _scratch = new(1024);
    private Exchange? _store;
    private long _sequence;

    /// <summary>Exchanges in use; zero when nothing is in flight.</summary>
    public int InUse { get; private set; }

    // ---- 1 Start -----------------------------------------------------------------------------------------------------------------------

    // Not inlined, as a few other methods on the way: what the compiler may inline into one method is limited, and with all of a request's
    // way in its caller it ran out of it halfway, which cost a sixth.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Start(InboundConnection client, Span<byte> message, in Frame frame)
    {
        var model = client.Model;
        var x = Rent();
        x.Client = client;
        x.Model = model;
        x.ClientId = frame.Id;
        x.Memo = frame.Memo;
        x.Variant = frame.Variant;
        x.Kind = frame.Kind;
        x.RequestBytes = frame.Length;
        x.StartNanoseconds = worker.Loop.NowNanoseconds;
        x.Keep(message, frame);
        x.ClientEnded = frame.Kind != MessageKind.StreamOpen || (frame.Flags & (FrameFlags.EndStream | FrameFlags.EndBoth)) != 0;
        client.Add(x);
        x.State = ExchangeState.Filtering;
        worker.Add(client.Stats.RqTotal);
        worker.Add(client.Stats.RqActive);
        if (frame.Kind != MessageKind.Request) worker.Add(frame.Kind == MessageKind.OneWay ? client.Stats.RqOneWay : client.Stats.RqStream);

        if (!ReadAttributes(x, message, frame))
        {
            worker.Add(client.Stats.RequestDecodingError);
            Reply(x, ReplyReason.MalformedRequest);
            return;
        }

        Filter(x, message, frame);
    }

    private bool ReadAttributes(Exchange x, ReadOnlySpan<byte> message, in Frame frame)
    {
        var model = x.Model;
        worker.Values.Reset(model.Keys);
        if (model.Keys.Count > 0 && !model.RequestReader.Read(message, frame, worker.Values)) return false;
        model.AccessLog.Request(x, message, worker.Values);
        return true;
    }

    // ---- 2 Filter ----------------------------------------------------------------------------------------------------------------------

    private void Filter(Exchange x, Span<byte> message, in Frame frame)
    {
        var filters = x.Model.Filters(worker.Index);
        while (x.FilterIndex < filters.Length)
        {
            x.InFilter = true;
            x.ResumeAsked = false;
            var status = filters[x.FilterIndex].OnRequest(x, new MessageView(message, worker.Values));
            x.InFilter = false;
            if (status == FilterStatus.Stop || x.State != ExchangeState.Filtering) return;
            if (status == FilterStatus.Pause && !x.ResumeAsked)
            {
                x.Hold(message, frame);
                if (!x.IsScheduled) worker.Loop.Schedule(x, ListenerModel.StandardTimeoutMilliseconds);
                return;
            }

            x.FilterIndex++;
        }

        Route(x, message, frame);
    }

    /// <summary>A paused filter lets the exchange go on.</summary>
    public void Resume(Exchange x)
    {
        if (x.InFilter)
        {
            x.ResumeAsked = true;
            return;
        }

        if (x.Held is null || x.State is not (ExchangeState.Filtering or ExchangeState.Answering)) return;
        var bytes = x.Held;
        var length = x.HeldLength;
        var frame = x.HeldFrame;
        x.Held = null;
        var message = bytes.AsSpan(0, length);
        if (x.State == ExchangeState.Filtering)
        {
            ReadAttributes(x, message, frame);
            x.FilterIndex++;
            Filter(x, message, frame);
        }
        else
        {
            x.FilterIndex--;
            FilterAnswer(x, message, frame);
        }

        ArrayPool<byte>.Shared.Return(bytes);
    }

    // ---- 3 Route -----------------------------------------------------------------------------------------------------------------------

    private void Route(Exchange x, Span<byte> message, in Frame frame)
    {
        var client = x.Client!;
        var model = x.Model;
        if (client.Bound is { } bound)
        {
            // A client with a connection of its own stays with it: what it said before may matter there.
            x.Route = bound.BoundRoute;
            x.Cluster = bound.Pool.Endpoint.Cluster;
            if (!Admit(x, message)) return;
            StartDeadline(x, message);
            BeginTry(x, bound.Pool.Endpoint);
            Sent(x, bound.Send(x, message, frame), message, frame);
            return;
        }

        var route = model.Routes.Match(message, worker.Values);
        if (route is null)
        {
            Reply(x, ReplyReason.NoRoute);
            return;
        }

        x.Route = route;
        x.Cluster = model.Clusters[route.PickCluster(worker.NextRandom())]?.ForLoop(worker.Index);
        if (!Admit(x, message)) return;
        StartDeadline(x, message);
        Send(x, message, frame);
    }

    /// <summary>Gives the request its row in the metrics and its place among the cluster's requests.</summary>
    private bool Admit(Exchange x, ReadOnlySpan<byte> message)
    {
        var model = x.Model;
        var values = worker.Values;
        x.Series = model.Metrics(worker.Index).Find(
            values.Get(model.InterfaceSlot, message), values.Get(model.MethodSlot, message), x.Cluster?.Cluster.Index ?? -1, x.Cluster?.Cluster.Name ?? "");
        if (x.Cluster is null)
        {
            Reply(x, ReplyReason.NoCluster);
            return false;
        }

        if (x.Cluster.Requests.TryTake())
        {
            x.Admitted = true;
            worker.Add(x.Cluster.Stats.RqTotal);
            worker.Add(x.Cluster.Stats.RqActive);
            return true;
        }

        worker.Add(x.Cluster.Stats.RqPendingOverflow);
        Reply(x, ReplyReason.Overflow);
        return false;
    }

    /// <summary>The route's time-out, else the request's own, else the listener's default; a route says 0 for none.</summary>
    private void StartDeadline(Exchange x, ReadOnlySpan<byte> message)
    {
        if (x.Kind == MessageKind.OneWay) return;
        var model = x.Model;
        var timeout = x.Route!.TimeoutMs;
        if (timeout < 0)
        {
            timeout = ListenerModel.StandardTimeoutMilliseconds;
            var own = worker.Values.Get(model.TimeoutSlot, message);
            if (own.Length > 0 && Utf8Parser.TryParse(own, out int asked, out var used) && used == own.Length && asked > 0) timeout = asked;
        }

        if (timeout > 0) worker.Loop.Schedule(x, (int)Math.Min(timeout, int.MaxValue / 2));
    }

    // ---- 4 Send ------------------------------------------------------------------------------------------------------------------------

    private void Send(Exchange x, Span<byte> message, in Frame frame)
    {
        ulong hash = 0;
        var hasHash = x.Cluster!.WantsHash && x.Route!.TryHash(message, worker.Values, x.Client!.AddressHash, out hash);
        var endpoint = (EndpointPool?)x.Cluster.Balancer.PickUntried(new PickContext(hash, hasHash, worker.NextRandom(), x.Tried));
        if (endpoint is null)
        {
            worker.Add(x.Cluster.Stats.NoneHealthy);
            Reply(x, ReplyReason.NoHealthyEndpoint);
            return;
        }

        BeginTry(x, endpoint);
        var pool = endpoint.Pool(x.Model, frame.Variant);
        Sent(x, pool.Send(x, message, frame), message, frame);
    }

    private void BeginTry(Exchange x, EndpointPool endpoint)
    {
        x.Endpoint = endpoint;
        x.Trying = true;
        x.TryNanoseconds = worker.Loop.NowNanoseconds;
        endpoint.Active++;
    }

    private void EndTry(Exchange x, TryResult result, AnswerStatus status)
    {
        if (!x.Trying) return;
        x.Trying = false;
        x.Endpoint!.Report(new TryOutcome(result, status, worker.Loop.NowNanoseconds - x.TryNanoseconds));
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
                if (!x.IsScheduled) worker.Loop.Schedule(x, ListenerModel.StandardTimeoutMilliseconds);
                break;
            case SendResult.Overflow:
                Reply(x, ReplyReason.Overflow);
                break;
            default:
                Reply(x, ReplyReason.CannotRewrite);
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

    // ---- 5 Deliver ---------------------------------------------------------------------------------------------------------------------

    /// <summary>An upstream's message for an exchange. The connection has already forgotten it, unless it is a stream with more to come.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Deliver(Exchange x, Span<byte> message, ref Frame frame)
    {
        frame.Memo = x.Memo;
        x.ResponseBytes += frame.Length;
        if (x.AnsweredNanoseconds == 0) x.AnsweredNanoseconds = worker.Loop.NowNanoseconds;
        if (x.Kind == MessageKind.StreamOpen && frame.Kind is not MessageKind.Response)
        {
            DeliverStream(x, message, frame);
            return;
        }

        EndTry(x, TryResult.Answered, frame.Status);
        x.ServerEnded = x.ClientEnded = true;
        x.State = ExchangeState.Answering;
        x.Mutation.Clear();
        var filters = x.Model.Filters(worker.Index);
        x.FilterIndex = filters.Length - 1;
        FilterAnswer(x, message, frame);
    }

    private void FilterAnswer(Exchange x, Span<byte> message, in Frame frame)
    {
        var model = x.Model;
        if (x.FilterIndex >= 0 || model.AccessLog.WantsResponses)
        {
            worker.Values.Reset(model.Keys);
            model.ResponseReader.Read(message, frame, worker.Values);
        }

        var filters = model.Filters(worker.Index);
        while (x.FilterIndex >= 0)
        {
            x.InFilter = true;
            x.ResumeAsked = false;
            var status = filters[x.FilterIndex].OnResponse(x, new MessageView(message, worker.Values));
            x.InFilter = false;
            if (status == FilterStatus.Stop || x.State != ExchangeState.Answering) return;
            if (status == FilterStatus.Pause && !x.ResumeAsked)
            {
                x.Hold(message, frame);
                return;
            }

            x.FilterIndex--;
        }

        model.AccessLog.Response(x, message, worker.Values);
        Answer(x, message, frame);
    }

    // ---- 6 Answer ----------------------------------------------------------------------------------------------------------------------

    private void Answer(Exchange x, Span<byte> message, in Frame frame)
    {
        var client = x.Client!;
        if (client.MustWait(x))
        {
            _scratch.ResetWrittenCount();
            if (!WriteAnswer(x, message, frame, _scratch))
            {
                Reply(x, ReplyReason.CannotRewrite);
                return;
            }

            Count(x, frame.Status);
            HoldAnswer(x, _scratch.WrittenSpan, ResponseFlag.None, frame.Code);
            return;
        }

        if (!WriteAnswer(x, message, frame, client.Connection))
        {
            Reply(x, ReplyReason.CannotRewrite);
            return;
        }

        Count(x, frame.Status);
        Complete(x, ResponseFlag.None, frame.Code);
        client.Advance();
    }

    /// <summary>An answer that cannot carry the changes, such as an error without attachments, says more as it is than our error would.</summary>
    private bool WriteAnswer(Exchange x, Span<byte> message, in Frame frame, IBufferWriter<byte> output)
    {
        var connection = x.Client!.Connection;
        if (Write(x, x.Route?.ResponseMutation, message, frame, x.ClientId, output, connection)) return true;
        x.Mutation.Clear();
        return Write(x, null, message, frame, x.ClientId, output, connection);
    }

    private void Count(Exchange x, AnswerStatus status)
    {
        var stats = x.Client!.Stats;
        worker.Add(status switch
        {
            AnswerStatus.Ok => stats.RqSuccess,
            AnswerStatus.ApplicationError => stats.RqBusinessException,
            _ => stats.RqError,
        });
        if (x.Endpoint is not { } endpoint) return;
        worker.Add(endpoint.Cluster.Stats.RqCompleted);
        worker.Add(status is AnswerStatus.Ok or AnswerStatus.ApplicationError ? endpoint.Stats.RqSuccess : endpoint.Stats.RqError);
    }

    /// <summary>An ordered client's answer that came before its turn. All it still needs is its bytes.</summary>
    private static void HoldAnswer(Exchange x, ReadOnlySpan<byte> answer, ResponseFlag flag, int code)
    {
        Detach(x);
        x.State = ExchangeState.Answered;
        x.EndFlag = flag;
        x.EndCode = code;
        x.Hold(answer, default);
        x.Client!.HeldBytes += answer.Length;
    }

    /// <summary>Its turn has come.</summary>
    public void WriteHeldAnswer(Exchange x)
    {
        var client = x.Client!;
        client.HeldBytes -= x.HeldLength;
        client.Connection.Write(x.Held.AsSpan(0, x.HeldLength));
        Complete(x, x.EndFlag, x.EndCode);
    }

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
        Detach(x);
        EndTry(x, TryResults.Of(reason), default);
        x.Reason = reason;
        x.IsLocalReply = true;
        var flag = reason.Flag();
        if (x.Endpoint is { } endpoint && reason is ReplyReason.Timeout) worker.Add(endpoint.Stats.RqTimeout);
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
            Variant = x.Variant,
            Memo = x.Memo,
            Kept = x.Kept.AsSpan(0, x.KeptLength),
            State = client.CodecState,
        };
        if (client.MustWait(x))
        {
            _scratch.ResetWrittenCount();
            var held = x.Model.Codec.WriteReply(info, reason, text, _scratch);
            x.ResponseBytes += _scratch.WrittenCount;
            HoldAnswer(x, _scratch.WrittenSpan, flag, held);
            return;
        }

        var pending = client.Connection.PendingBytes;
        var code = x.Model.Codec.WriteReply(info, reason, text, client.Connection);
        x.ResponseBytes += Math.Max(0, client.Connection.PendingBytes - pending);
        Finish(x, flag, code);
    }

    private void Finish(Exchange x, ResponseFlag flag, int code)
    {
        var client = x.Client;
        Complete(x, flag, code);
        client?.Advance();
    }

    // ---- 7 Complete --------------------------------------------------------------------------------------------------------------------

    private void Complete(Exchange x, ResponseFlag flag, int code)
    {
        Detach(x);
        var model = x.Model;
        var duration = worker.Loop.NowNanoseconds - x.StartNanoseconds;
        x.Series ??= model.Metrics(worker.Index).Find(default, default, -1, "");
        x.Series.Record(code, flag, duration, x.RequestBytes, x.ResponseBytes);
        model.AccessLog.Write(x, worker, flag, code, duration);
        var filters = model.Filters(worker.Index);
        for (var i = 0; i < filters.Length; i++)
        {
            x.FilterIndex = i;
            filters[i].OnCompleted(x);
        }

        EndTry(x, TryResult.Unknown, default);
        if (x.Admitted)
        {
            x.Admitted = false;
            x.Cluster!.Requests.Return();
            worker.Add(x.Cluster.Stats.RqActive, -1);
        }

        if (x.Client is { } client)
        {
            client.Remove(x);
            worker.Add(client.Stats.RqActive, -1);
        }

        Return(x);
    }

    /// <summary>Nothing upstream refers to the exchange any more, and no timer runs.</summary>
    private static void Detach(Exchange x)
    {
        if (x.IsScheduled) x.Cancel();
        x.Upstream?.Forget(x);
        x.Upstream = null;
        x.WaitingIn?.Forget(x);
        x.WaitingIn = null;
    }

    // ---- ends that nobody asked for ------------------------------------------------------------------------------------------------------

    /// <summary>The deadline, or a stream's idle time, is over.</summary>
    public void Expired(Exchange x)
    {
        if (x.Kind == MessageKind.StreamOpen && x.State == ExchangeState.InFlight && x.ResponseBytes > 0)
        {
            var idle = worker.Loop.NowMilliseconds - x.LastActivityMilliseconds;
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

    // ---- streams -----------------------------------------------------------------------------------------------------------------------

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
        if (x.ResponseBytes == frame.Length) worker.Loop.Schedule(x, ListenerModel.StreamIdleMilliseconds);
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

    // ---- the store ---------------------------------------------------------------------------------------------------------------------

    private Exchange Rent()
    {
        var x = _store;
        if (x is null) x = new Exchange(this);
        else _store = x.Next;
        x.Next = null;
        x.Sequence = ++_sequence;
        InUse++;
        return x;
    }

    private void Return(Exchange x)
    {
        x.Reset();
        x.Next = _store;
        _store = x;
        InUse--;
    }
}
