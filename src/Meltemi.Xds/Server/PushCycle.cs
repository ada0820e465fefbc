namespace Meltemi.Xds.Server;

/// <summary>
/// Brings a client from one snapshot to the newest, make before break:
/// <code>
///   clusters, endpoints   what is new or changed                each step waits until every response was answered
///   (a moment)            for the client to fetch the endpoints of new clusters
///   listeners             what is new, changed or gone
///   routes                what is new or changed
///   (RemovalDelay)        while the next cycle may run
///   routes, clusters, endpoints that are gone
/// </code>
/// Changes that come in the middle wait for the end of the cycle and merge into the next one. Requests are answered in between, from the same snapshot.
/// </summary>
internal sealed class PushCycle(XdsSession session, IXdsView view, XdsServerOptions options)
{
    private static readonly string[] Removals = [XdsTypes.Route, XdsTypes.Cluster, XdsTypes.Endpoints];

    private IXdsSnapshot _before = view.Current;
    private int _step = XdsTypes.InOrder.Length; // of XdsTypes.InOrder; its length: at rest
    private long _warmUntil;

    /// <summary>The snapshot that the client is being brought to.</summary>
    private IXdsSnapshot Snapshot { get; set; } = view.Current;

    private bool AtRest => _step == XdsTypes.InOrder.Length;

    private long Now => options.Time.GetTimestamp();

    // Routes must not lead to clusters that the client cannot use yet; listeners come before routes.
    private bool IsWarming => !AtRest && XdsTypes.InOrder[_step] == XdsTypes.Listener && session.Unwarmed.Count > 0 && Now < _warmUntil;

    /// <summary>What the client is at with a type, for answers to its requests; and what was before, while it is not at rest.</summary>
    public (IXdsSnapshot Snapshot, IXdsSnapshot Before) SnapshotOf(string type)
    {
        if (AtRest) return (Snapshot, Snapshot);

        // Endpoints are asked for as soon as their clusters came, routes as soon as their listeners came.
        var from = XdsTypes.InOrder.IndexOf(type) - (type is XdsTypes.Endpoints or XdsTypes.Route ? 1 : 0);
        return from < _step ? (Snapshot, _before) : (_before, _before);
    }

    /// <summary>Goes on until an answer is missing or nothing is left to do.</summary>
    public async ValueTask AdvanceAsync()
    {
        while (!session.IsWaiting)
        {
            if (!AtRest)
            {
                if (IsWarming) return;
                await StepAsync().ConfigureAwait(false);
            }
            else if (!await RemoveAsync().ConfigureAwait(false))
            {
                if (ReferenceEquals(Snapshot, view.Current)) return;
                Begin();
            }
        }
    }

    /// <summary>What has left a type may go after the delay; within a cycle that is said at its end.</summary>
    public void LetGo(Subscription type)
    {
        if (AtRest) type.LetGo(After(options.RemovalDelay));
    }

    /// <summary>How long there is nothing to do.</summary>
    public TimeSpan Rest()
    {
        var until = IsWarming ? _warmUntil : long.MaxValue;
        foreach (var type in Removals)
        {
            foreach (var leaving in session.Find(type)?.Leaving.Values ?? Enumerable.Empty<Leaving>()) until = Math.Min(until, leaving.GoesAt);
        }

        if (until == long.MaxValue) return Timeout.InfiniteTimeSpan;
        var rest = options.Time.GetElapsedTime(Now, until) + TimeSpan.FromMilliseconds(1); // rounded up, not to wake too early
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private void Begin()
    {
        _before = Snapshot;
        Snapshot = view.Current;
        _step = 0;
    }

    private async ValueTask StepAsync()
    {
        if (session.Find(XdsTypes.InOrder[_step++]) is { } type) // From here on the client is at the new snapshot with this type.
        {
            var (changed, missing) = type.TakeAdditions(Snapshot, _before);
            if (type.Type == XdsTypes.Listener) missing.AddRange(type.TakeGone(long.MaxValue));
            if (type.Type == XdsTypes.Cluster)
            {
                session.ForgetEndpoints(changed);
                _warmUntil = session.IsAggregated && changed.Count > 0 ? After(options.MaxWarming) : 0;
            }

            session.Touch(type);
            await session.SendAsync(type, changed, missing).ConfigureAwait(false);
        }

        if (!AtRest) return;
        _before = Snapshot;
        if (session.Find(XdsTypes.Endpoints) is not null) session.Unwarmed.Clear(); // What was not fetched by now is sent whenever it is asked for.
        foreach (var one in Removals) session.Find(one)?.LetGo(After(options.RemovalDelay));
    }

    private async ValueTask<bool> RemoveAsync()
    {
        foreach (var one in Removals)
        {
            if (session.Find(one) is not { Leaving.Count: > 0 } type) continue;
            var gone = type.TakeGone(Now);
            if (gone.Count == 0) continue;
            session.Touch(type);
            await session.SendAsync(type, [], gone).ConfigureAwait(false);
            return true;
        }

        return false;
    }

    private long After(TimeSpan delay) => Now + (long)(delay.TotalSeconds * options.Time.TimestampFrequency);
}
