using Meltemi.Xds.Client;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>
/// A route configuration of a control plane and the listeners that run by it. New routes come into force when the clusters that they name have, or the
/// time for that is over; until then the old ones stay.
/// </summary>
internal sealed class RouteTableState(Source source, string name, IClusterView clusters, WaitingList waitingList, ISerialQueue queue, Action<RouteTableState> inForce)
    : IWaiting
{
    /// <summary>How long routes wait for clusters.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private RouteTableConfig? _next;
    private IDisposable? _deadline;

    public Source Source => source;

    public string Name => name;

    /// <summary>Versions of listeners, in force or not, that run by it.</summary>
    public HashSet<ListenerVersion> Users { get; } = [];

    /// <summary>The routes; null: none have come yet that could be used.</summary>
    public RouteTableConfig? Table { get; private set; }

    public ReceivedResource? Received { get; private set; }

    public ReceivedResource? WarmingResource { get; private set; }

    public ResourceError? Error { get; set; }

    /// <summary>Routes came.</summary>
    public void Take(RouteTableConfig table, ReceivedResource resource)
    {
        Error = null;
        _next = table;
        WarmingResource = resource;
        waitingList.Add(this);
        _deadline ??= queue.After(Patience, Force);
        Recheck();
    }

    public void Recheck()
    {
        if (_next is { } next && !ListenerVersion.ClustersOf(next).Any(cluster => clusters.IsAwaited(cluster, source))) Force();
    }

    /// <summary>Puts in force what is there, whatever is missing.</summary>
    public void Force()
    {
        if (_next is null) return;
        Table = _next;
        Received = WarmingResource;
        Forget();
        waitingList.Changed();
        inForce(this);
    }

    /// <summary>Nobody runs by it any more.</summary>
    public void Forget()
    {
        _next = null;
        WarmingResource = null;
        _deadline?.Dispose();
        _deadline = null;
        waitingList.Remove(this);
    }
}
