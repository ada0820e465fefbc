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

    /// <summary>Whether a request can be said again, and elsewhere.</summary>
    private static bool IsRepeatable(Exchange x) =>
        x.ClientEnded && x.Kind != MessageKind.OneWay
        && (x.Cluster!.PoolMode ?? x.Model.PoolMode) != PoolMode.Bound; // its only connection is the one that failed

    /// <summary>Keeps the request for further tries. Not if it is too large.</summary>
    private void Keep(Exchange x, RetryPolicy policy, ReadOnlySpan<byte> message, in Frame frame, ulong hash, bool hasHash)
    {
        if (message.Length <= policy.Config.BufferLimitBytes) x.Request.Keep(message, frame, hash, hasHash);
        else worker.Add(x.Cluster!.Stats.RetryAbandoned);
    }

    /// <summary>The same for a request that was written already, and whose id may have been patched.</summary>
    private void KeepSent(Exchange x, RetryPolicy policy, ReadOnlySpan<byte> message, in Frame frame, ulong hash, bool hasHash)
    {
        Keep(x, policy, message, frame, hash, hasHash);
        if (x.Request.IsThere && x.Model.Codec.Info.HasIds) x.Model.Codec.TryPatchId(x.Request.Bytes, frame, frame.Id);
    }

    /// <summary>A try came to nothing: the request is tried again, or, if that may not be, ends for this reason.</summary>
    public void Failed(Exchange x, ReplyReason reason)
    {
        var lead = x.Tries?.Lead ?? x;
        if (!lead.Request.IsThere)
        {
            Reply(x, reason);
            return;
        }

        EndTry(x, TryResults.Of(reason), default);
        DetachTry(x);
        if (x.IsHedge) Drop(x);
        if (lead.Tries is not { AnyGoingOn: true }) RetryOrReply(lead, reason);
    }

    /// <summary>The time of a try, or the wait before the next, is over.</summary>
    private void TryExpired(Exchange x)
    {
        x.TryEndMilliseconds = 0;
        Arm(x);
        if (x.State == ExchangeState.BackingOff)
        {
            SendAgain(x, x.Tries!);
            return;
        }

        worker.Add(x.Cluster!.Stats.RqPerTryTimeout);
        var policy = x.Route!.Retry!;
        if (policy.Config.HedgeOnPerTryTimeout)
        {
            if (!x.Request.IsThere) return;
            var tries = x.Tries ?? BeginTries(x);
            if (tries.Retries < policy.Config.MaxRetries && MayRetry(tries, 0)) Hedge(tries);
            return;
        }

        EndTry(x, TryResult.Timeout, default);
        DetachTry(x);
        if (x.Tries is not null) DropHedges(x.Tries, TryResult.Timeout);
        RetryOrReply(x, ReplyReason.Timeout);
    }

    /// <summary>Starts the timer for the deadline or the end of the try, whichever comes first.</summary>
    private void Arm(Exchange x)
    {
        var due = x.DeadlineMilliseconds;
        if (x.TryEndMilliseconds > 0 && (due == 0 || x.TryEndMilliseconds < due)) due = x.TryEndMilliseconds;
        if (due > 0) worker.Loop.Schedule(x, (int)(due - worker.Loop.NowMilliseconds));
        else x.Rest();
    }

    /// <summary>
    /// An answer to one of the tries. Answers the exchange that it now is the answer of, or null: it is dropped, as it is covered and there are or
    /// will be other tries.
    /// </summary>
    private Exchange? Settle(Exchange x, ReadOnlySpan<byte> message, in Frame frame)
    {
        var policy = x.Route!.Retry!;
        var covered = policy.Covers(frame) || (policy.LooksAtAttributes && Covers(policy, x, message, frame));
        if (!covered && x.Tries is null)
        {
            EndTries(x);
            return x;
        }

        var tries = x.Tries ?? BeginTries(x);
        var lead = tries.Lead!;
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
        EndTries(lead);
        return lead;
    }

    private bool Covers(RetryPolicy policy, Exchange x, ReadOnlySpan<byte> message, in Frame frame)
    {
        worker.Values.Reset(x.Model.Keys);
        x.Model.ResponseReader.Read(message, frame, worker.Values);
        return policy.Covers(message, worker.Values);
    }

    private void RetryOrReply(Exchange lead, ReplyReason reason)
    {
        if (!lead.Request.IsThere || !lead.Route!.Retry!.Covers(reason) || !TryLater(lead.Tries ?? BeginTries(lead))) Reply(lead, reason);
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
        lead.TryEndMilliseconds = worker.Loop.NowMilliseconds + wait;
        Arm(lead);
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

        if (lead.DeadlineMilliseconds > 0 && worker.Loop.NowMilliseconds + wait >= lead.DeadlineMilliseconds) return false;
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
        ref var kept = ref tries.Lead!.Request;
        var request = kept.Bytes;
        var frame = kept.Frame;
        worker.Add(x.Cluster!.Stats.RqTotal);
        var codec = x.Model.Codec;
        var sequence = x.Sequence;
        SendTry(x, kept.Hash, kept.HasHash, request, frame);
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

    private Tries BeginTries(Exchange lead)
    {
        var tries = _triesStore;
        if (tries is null) tries = new Tries();
        else _triesStore = tries.Next;
        tries.Next = null;
        var policy = lead.Route!.Retry!;
        tries.Begin(lead, policy);
        lead.Tries = tries;
        if (policy.HostAttempts > 0 || policy.Config.PriorityFrequency > 0) lead.Tried = tries.Tried;
        return tries;
    }

    /// <summary>The answer is certain: from here on only the deadline counts.</summary>
    private void EndTries(Exchange lead)
    {
        lead.Request.Release();
        if (lead.TryEndMilliseconds == 0) return;
        lead.TryEndMilliseconds = 0;
        Arm(lead);
    }

    /// <summary>There will be no further tries; those that are still going on are given up.</summary>
    private void Release(Exchange lead, TryResult others)
    {
        var tries = lead.Tries!;
        lead.Tries = null;
        lead.Tried = null;
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
