using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Discovery;

/// <summary>What the two DNS types have in common: pollers, and what an answer counts as.</summary>
internal abstract class DnsSource(ClusterConfig cluster, Action<EndpointSet> changed, EndpointSource? previous)
    : EndpointSource(cluster, changed, previous)
{
    private readonly List<DnsPoller> _pollers = [];
    private int _waiting;

    public sealed override void Start()
    {
        _waiting = _pollers.Count;
        if (_waiting == 0) SetReady();
        foreach (var poller in _pollers) poller.Start();
    }

    protected void Add(DnsPoller poller) => _pollers.Add(poller);

    /// <summary>Counts an answer; false if it changes nothing: the last good one of the name stays.</summary>
    protected bool Count(DnsAnswer answer)
    {
        if (answer.Addresses.Length > 0) CountSuccess();
        else if (answer.Failed) CountFailure();
        else CountEmpty();
        return answer.Addresses.Length > 0;
    }

    /// <summary>To be called once for each poller, after its first answer was taken in.</summary>
    protected void Arrived()
    {
        if (Interlocked.Decrement(ref _waiting) == 0) SetReady();
    }

    private protected sealed override void Stop()
    {
        foreach (var poller in _pollers) poller.Dispose();
    }
}
