using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Routing.Retries;

namespace Meltemi.Proxy.Flow;

/// <summary>
/// A request that is tried more than once, from the end of its first try, or from the beginning of one beside it, until its answer is certain.
/// <para>The request's own exchange, the lead, is what its client waits for and carries one try after the other. Tries beside it (hedges) have
/// exchanges of their own, which no client knows.</para>
/// </summary>
internal sealed class Tries
{
    /// <summary>The request's own exchange; null in the store.</summary>
    public Exchange? Lead { get; private set; }

    public RetryPolicy Policy { get; private set; } = null!;

    /// <summary>Tries after the first.</summary>
    public int Retries { get; set; }

    /// <summary>Places taken in the cluster's retry budget.</summary>
    public int Credits { get; set; }

    /// <summary>First of the tries beside the lead's, linked by <see cref="Exchange.Next"/>.</summary>
    public Exchange? Hedges { get; set; }

    /// <summary>Where the request has been.</summary>
    public TriedEndpoints Tried { get; } = new();

    /// <summary>The next one in the store.</summary>
    public Tries? Next { get; set; }

    /// <summary>Whether a try is still going on.</summary>
    public bool AnyGoingOn => Lead!.Trying || Hedges is not null;

    /// <summary>Whether another try is going on than this one.</summary>
    public bool AnyOtherThan(Exchange x) =>
        ReferenceEquals(x, Lead) ? Hedges is not null : Lead!.Trying || !ReferenceEquals(Hedges, x) || x.Next is not null;

    /// <summary>Takes a hedge out.</summary>
    public void Remove(Exchange hedge)
    {
        if (ReferenceEquals(Hedges, hedge))
        {
            Hedges = hedge.Next;
            return;
        }

        var before = Hedges;
        while (before is not null && !ReferenceEquals(before.Next, hedge)) before = before.Next;
        if (before is not null) before.Next = hedge.Next;
    }

    /// <summary>The first try is over, or not fast enough.</summary>
    public void Begin(Exchange lead, RetryPolicy policy)
    {
        Lead = lead;
        Policy = policy;
        Tried.MaxAttempts = policy.HostAttempts;
        Tried.PriorityFrequency = policy.Config.PriorityFrequency;
        if (lead.Endpoint is { } first) Tried.Add(first.Endpoint);
    }

    public void End()
    {
        Lead = null;
        Hedges = null;
        Retries = Credits = 0;
        Tried.Clear();
    }
}
