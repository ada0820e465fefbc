using System.Buffers;
using System.Runtime.CompilerServices;
using Meltemi.Codec;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Filters.Faults;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry;

namespace Meltemi.Proxy.Flow;

/// <summary>Steps 5 and 6: the way back of an answer.</summary>
internal sealed partial class RequestFlow
{
    private readonly ArrayBufferWriter<byte> _scratch = new(1024);

    /// <summary>An upstream's message for an exchange. The connection has already forgotten it, unless it is a stream with more to come.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Deliver(Exchange x, Span<byte> message, ref Frame frame)
    {
        frame.Memo = x.Memo;
        if (x.IsCopy)
        {
            CopyAnswered(x, frame);
            return;
        }

        if (x.Request.IsThere || x.Tries is not null)
        {
            if (Settle(x, message, frame) is not { } lead) return;
            x = lead;
        }

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
        if (model.ReadsAnswers || x.Route is { Templates.WantsResponses: true })
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
        x.Route?.Templates?.Response(x, worker, message, frame);
        if (x.Fault.Fault.BytesPerSecond > 0 && FaultInjection.Paces(worker, x, message, frame)) return;
        Answer(x, message, frame);
    }

    // ---- 6 Answer ----------------------------------------------------------------------------------------------------------------------

    private void Answer(Exchange x, Span<byte> message, in Frame frame)
    {
        if (x.Copies is not null) OriginalAnswered(x, frame);
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
            HoldAnswer(x, _scratch.WrittenSpan, AnswerFlag(x), frame.Code);
            return;
        }

        if (!WriteAnswer(x, message, frame, client.Connection))
        {
            Reply(x, ReplyReason.CannotRewrite);
            return;
        }

        Count(x, frame.Status);
        Complete(x, AnswerFlag(x), frame.Code);
        client.Advance();
    }

    private static ResponseFlag AnswerFlag(Exchange x) => x.RetriesUsedUp ? ResponseFlag.UpstreamRetryLimitExceeded : ResponseFlag.None;

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
        if (x.Cluster is { } cluster) worker.Add(cluster.Stats.RqCompleted);
    }

    /// <summary>An ordered client's answer that came before its turn. All it still needs is its bytes.</summary>
    private void HoldAnswer(Exchange x, ReadOnlySpan<byte> answer, ResponseFlag flag, int code)
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
}
