using Meltemi.Codec;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Routing.Retries;
using Meltemi.Transport;

namespace Meltemi.Proxy.Flow;

/// <summary>
/// More than one try at a request, where its route says so:
/// <code>
///   4 Send --try--> failed, timed out, or answered with something that the policy covers
///     ^                | all yes: covered, retries left, time left, retry budget not used up
///     |                v                                             | any no
///     +----wait---- back-off                                         v  Reply, or that answer, to the client
/// </code>
/// Nothing of a covered answer has reached the client: the decision comes before the filters of step 5. A try that was given up is forgotten by
/// its connection, so that a late answer of it reaches nobody. Requests only: of a stream that goes on, what was sent cannot be sent again,
/// and how a one-way message ended nobody knows.
/// </summary>
internal sealed partial class RequestFlow
{
    private Tries? _triesStore;

    /// <summary>Keeps what further tries will need. Not if the request is too large, or cannot be said again.</summary>
    private void Remember(Exchange x, RetryPolicy policy, ReadOnlySpan<byte> message, in Frame frame, int timeout)
    {
        if (!x.ClientEnded || x.Kind == MessageKind.OneWay) return;
        if ((x.Cluster!.Cluster.Config.PoolMode ?? x.Model.PoolMode) == PoolMode.Bound) return; // its only connection is the one that failed
        if (message.Length > policy.Config.BufferLimitBytes)
        {
            worker.Add(x.Cluster.Stats.RetryAbandoned);
            return;
        }

        var tries = _triesStore;
        if (tries is null) tries = new Tries(this);
        else _triesStore = tries.Next;
        tries.Next = null;
        tries.Begin(x, policy, message, frame, timeout > 0 ? worker.Loop.NowMilliseconds + timeout : 0);
        x.Tries = tries;
        if (policy.HostAttempts > 0) x.Tried = tries.Tried;
    }

    /// <summary>A try came to nothing: the request is tried again, or, if that may not be, ends for this reason.</summary>
    public void Failed(Exchange x, ReplyReason reason)
    {
        if (x.Tries is not { } tries)
        {
            Reply(x, reason);
            return;
        }

        EndTry(x, TryResults.Of(reason), default);
        DetachTry(x);
        if (x.IsHedge) Drop(x);
        if (!tries.AnyGoingOn) RetryOrReply(tries, reason);
    }

    /// <summary>The time of a try is over.</summary>
    public void TryExpired(Tries tries)
    {
        var lead = tries.Lead!;
        worker.Add(lead.Cluster!.Stats.RqPerTryTimeout);
        if (tries.Policy.Config.HedgeOnPerTryTimeout)
        {
            if (tries.Retries < tries.Policy.Config.MaxRetries && MayRetry(tries, 0)) Hedge(tries);
            return;
        }

        EndTry(lead, TryResult.Timeout, default);
        DetachTry(lead);
        DropHedges(tries, TryResult.Timeout);
        RetryOrReply(tries, ReplyReason.Timeout);
    }

    /// <summary>The wait is over.</summary>
    public void TryAgain(Tries tries)
    {
        tries.IsBackingOff = false;
        SendAgain(tries.Lead!, tries);
    }

    /// <summary>
    /// An answer to one of the tries. Answers the exchange that it now is the answer of, or null: it is dropped, as it is covered and there are or
    /// will be other tries.
    /// </summary>
    private Exchange? Settle(Exchange x, Tries tries, ReadOnlySpan<byte> message, in Frame frame)
    {
        var lead = tries.Lead!;
        var covered = tries.Policy.Covers(frame) || (tries.Policy.LooksAtAttributes && Covers(tries.Policy, x, message, frame));
        if (covered)
        {
            EndTry(x, TryResult.Answered, frame.Status);
            if (tries.AnyOtherThan(x) || TryLater(tries))
            {
                DetachTry(x);
                if (x.IsHedge) Drop(x);
                return null;
            }
        }
        else
        {
            if (tries.Retries > 0) worker.Add(lead.Cluster!.Stats.RqRetrySuccess);
            if (x.IsHedge) worker.Add(lead.Cluster!.Stats.RqHedgeSuccess);
        }

        if (x.IsHedge)
        {
            EndTry(lead, TryResult.Unknown, default);
            DetachTry(lead);
            EndTry(x, TryResult.Answered, frame.Status);
            lead.Endpoint = x.Endpoint;
            lead.SentOn = x.SentOn;
            Drop(x);
        }

        Release(lead, TryResult.Unknown);
        return lead;
    }

    private bool Covers(RetryPolicy policy, Exchange x, ReadOnlySpan<byte> message, in Frame frame)
    {
        worker.Values.Reset(x.Model.Keys);
        x.Model.ResponseReader.Read(message, frame, worker.Values);
        return policy.Covers(message, worker.Values);
    }

    private void RetryOrReply(Tries tries, ReplyReason reason)
    {
        if (!tries.Policy.Covers(reason) || !TryLater(tries)) Reply(tries.Lead!, reason);
    }

    /// <summary>Begins the wait for the next try, if there may be one.</summary>
    private bool TryLater(Tries tries)
    {
        var lead = tries.Lead!;
        var wait = Math.Max(1, tries.Policy.BackOff(tries.Retries + 1, worker.NextRandom()));
        while (tries.Credits > 0) GiveBackCredit(lead, tries);
        if (!MayRetry(tries, wait)) return false;
        worker.Add(lead.Cluster!.Stats.RqRetryBackoff);
        lead.State = ExchangeState.BackingOff;
        tries.IsBackingOff = true;
        worker.Loop.Schedule(tries, wait);
        return true;
    }

    /// <summary>Whether a try may begin after a wait, which then counts as begun.</summary>
    private bool MayRetry(Tries tries, int wait)
    {
        var lead = tries.Lead!;
        var stats = lead.Cluster!.Stats;
        if (tries.Retries >= tries.Policy.Config.MaxRetries)
        {
            lead.RetriesUsedUp = tries.Retries > 0;
            if (lead.RetriesUsedUp) worker.Add(stats.RqRetryLimitExceeded);
            return false;
        }

        if (tries.DeadlineMilliseconds > 0 && worker.Loop.NowMilliseconds + wait >= tries.DeadlineMilliseconds) return false;
        if (!lead.Limits!.Retries.TryTake())
        {
            worker.Add(stats.RqRetryOverflow);
            return false;
        }

        tries.Credits++;
        tries.Retries++;
        worker.Add(stats.RqRetry);
        return true;
    }

    /// <summary>Sends the kept request, as the lead or as a hedge.</summary>
    private void SendAgain(Exchange x, Tries tries)
    {
        var request = tries.Request;
        var frame = tries.Frame;
        worker.Add(x.Cluster!.Stats.RqTotal);
        var codec = x.Model.Codec;
        var sequence = x.Sequence;
        SendTry(x, tries.Hash, tries.HasHash, request, frame);
        // What is kept stays as the client sent it, unless it is over already: the next try compares ids with it.
        if (codec.Info.HasIds && x.Sequence == sequence && ReferenceEquals(x.Tries, tries)) codec.TryPatchId(request, frame, frame.Id);
    }

    /// <summary>Nothing upstream refers to the try any more.</summary>
    private static void DetachTry(Exchange x)
    {
        x.Upstream?.Forget(x);
        x.Upstream = null;
        x.WaitingIn?.Forget(x);
        x.WaitingIn = null;
    }

    /// <summary>There will be no further tries; those that are still going on are given up.</summary>
    private void Release(Exchange lead, TryResult others)
    {
        var tries = lead.Tries!;
        lead.Tries = null;
        lead.Tried = null;
        if (tries.IsScheduled) tries.Cancel();
        DropHedges(tries, others);
        while (tries.Credits > 0) GiveBackCredit(lead, tries);
        tries.End();
        tries.Next = _triesStore;
        _triesStore = tries;
    }

    private static void GiveBackCredit(Exchange lead, Tries tries)
    {
        tries.Credits--;
        lead.Limits!.Retries.Return();
    }
}
