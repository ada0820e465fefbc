using System.Buffers;
using System.Runtime.CompilerServices;
using Meltemi.Codec;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Inbound;

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
internal sealed partial class RequestFlow(Worker worker)
{
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
        if (model.SourceIpSlot >= 0) worker.Values.SetCopy(model.SourceIpSlot, AddressText.WithoutPort(x.Client!.RemoteAddressUtf8));
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
            if (x.IsScheduled) x.Cancel(); // that of the pause; the route has its own time limit, or none
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
