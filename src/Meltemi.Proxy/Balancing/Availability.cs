using System.Collections.Immutable;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Which endpoints of a priority may be used: the one question that balancers ask. Usually those with no flag; but if that would leave fewer than the
/// panic threshold, and the other priorities cannot bear the rest, the judgement is doubted rather than the endpoints: all are used except those
/// that are leaving. (Envoy uses those too.)
/// <para>Costs a read and a comparison per pick; the endpoints are counted again when the health of any endpoint of the process has changed.</para>
/// </summary>
internal sealed class Availability
{
    private readonly ImmutableArray<Endpoint> _endpoints;
    private readonly double _threshold;
    private readonly HealthFlags _slowStart;
    private ImmutableArray<Availability> _priorities = [];
    private int _overprovisioning;

    // Change number in the upper half, mask in the lower one, so that loops that count at the same time never mix them up.
    private long _known;

    /// <summary>Of these endpoints.</summary>
    public Availability(ImmutableArray<Endpoint> endpoints, BalancerConfig balancer)
    {
        _endpoints = endpoints;
        _threshold = balancer.PanicPercent / 100;
        _slowStart = balancer.SlowStart is null ? HealthFlags.None : HealthFlags.Warming;
        _known = (long)~EndpointHealth.Changes << 32;
    }

    /// <summary>Flags for which an endpoint is passed over at this moment.</summary>
    public HealthFlags Mask
    {
        get
        {
            var known = Volatile.Read(ref _known);
            var changes = EndpointHealth.Changes;
            return (HealthFlags)(int)((int)(known >> 32) == changes ? known : Count(changes));
        }
    }

    /// <summary>Whether all are used because too few seem to be healthy.</summary>
    public bool IsPanicking => (Mask & HealthFlags.Unhealthy) == 0;

    /// <summary>Tells of the cluster's priorities, this one among them, before it is used.</summary>
    /// <param name="priorities">All of them.</param>
    /// <param name="overprovisioning">In percent: how much more than its share of endpoints a priority can bear.</param>
    public void Join(ImmutableArray<Availability> priorities, int overprovisioning)
    {
        _priorities = priorities;
        _overprovisioning = overprovisioning;
    }

    private long Count(int changes)
    {
        var (healthy, staying) = Count();
        var panic = healthy < staying * _threshold && !TogetherBearAll();
        var mask = (panic ? HealthFlags.Leaving : HealthFlags.Unavailable) | _slowStart;
        var known = ((long)changes << 32) | (uint)(int)mask;
        Volatile.Write(ref _known, known);
        return known;
    }

    private (int Healthy, int Staying) Count()
    {
        var (healthy, staying) = (0, 0);
        foreach (var endpoint in _endpoints)
        {
            if (endpoint.Health.Has(HealthFlags.Leaving)) continue;
            staying++;
            if (!endpoint.Health.Has(HealthFlags.Unhealthy)) healthy++;
        }

        return (healthy, staying);
    }

    // The same arithmetic as that of the priorities' shares.
    private bool TogetherBearAll()
    {
        if (_priorities.Length < 2) return false;
        var sum = 0L;
        foreach (var priority in _priorities)
        {
            if (!priority._endpoints.IsEmpty) sum += (long)_overprovisioning * priority.Count().Healthy / priority._endpoints.Length;
        }

        return sum >= 100;
    }
}
