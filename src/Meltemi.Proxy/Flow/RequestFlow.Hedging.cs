using Meltemi.Proxy.Outbound;

namespace Meltemi.Proxy.Flow;

/// <summary>
/// Tries side by side. Each beside the lead's has an exchange of its own that stands in no client's list; the first answer that the policy does not
/// cover is handed to the lead, and the others are given up: cancelled where the protocol can, else their answers are dropped when they come.
/// </summary>
internal sealed partial class RequestFlow
{
    /// <summary>The tries that begin together with the first.</summary>
    private void HedgeAtOnce(Exchange x, int requests)
    {
        var (tries, sequence) = (x.Tries ?? BeginTries(x), x.Sequence);
        for (var i = 1; i < requests; i++)
        {
            // The first may be over already, and its exchange in use again.
            if (tries.Lead is not { } lead || lead.Sequence != sequence || !lead.Trying) return;
            if (!lead.Limits!.Retries.TryTake())
            {
                worker.Add(lead.Cluster!.Stats.RqRetryOverflow);
                return;
            }

            tries.Credits++;
            Hedge(tries);
        }
    }

    /// <summary>Sends the request once more beside those that are on their way.</summary>
    private void Hedge(Tries tries)
    {
        var lead = tries.Lead!;
        var x = Rent();
        x.Client = lead.Client;
        x.Model = lead.Model;
        x.ClientId = lead.ClientId;
        x.Memo = lead.Memo;
        x.Variant = lead.Variant;
        x.Kind = lead.Kind;
        x.ClientEnded = true;
        x.Route = lead.Route;
        x.Cluster = lead.Cluster;
        x.Subset = lead.Subset;
        x.Limits = lead.Limits;
        x.Tries = tries;
        x.Tried = tries.Tried;
        x.Mutation.Append(lead.Mutation);
        x.Next = tries.Hedges;
        tries.Hedges = x;
        worker.Add(lead.Cluster!.Stats.RqHedge);
        SendAgain(x, tries);
    }

    /// <summary>A hedge that is over, or that could not be sent.</summary>
    private void Drop(Exchange hedge)
    {
        hedge.Tries!.Remove(hedge);
        Return(hedge);
    }

    private void DropHedges(Tries tries, TryResult result)
    {
        while (tries.Hedges is { } hedge)
        {
            EndTry(hedge, result, default);
            DetachTry(hedge);
            Drop(hedge);
        }
    }
}
