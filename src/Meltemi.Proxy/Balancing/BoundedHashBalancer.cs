using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Consistent hashing with bounded loads (<c>hash_balance_factor</c>; Mirrokni, Thorup, Zadimoghaddam): no endpoint gets more than that many percent of
/// the average number of requests in flight, rounded up, and by its weight. A hash whose endpoint has that many, or is unavailable, is hashed again:
/// the same hash has the same second choice, and what is too much for one endpoint spreads over all others instead of falling on its neighbour (Chen,
/// Coleman, Shrivastava). Counted for this loop, so that the bound over all loops is exceeded by at most one request per loop.
/// </summary>
internal sealed class BoundedHashBalancer : Balancer
{
    // With half of the endpoints full one pick in 65,000 takes the scan.
    private const int MaxTries = 16;

    private readonly EndpointGroup _group;
    private readonly EndpointSlot[] _slots;
    private readonly GroupLoad _load = new();
    private readonly double _factor;
    private double _weights;
    private HealthFlags _mask;
    private int _changes;

    public BoundedHashBalancer(EndpointGroup group, EndpointSlot[] slots)
    {
        _group = group;
        _slots = slots;
        _factor = group.Balancer.HashBalanceFactor / 100.0;
        foreach (var slot in slots) slot.Join(_load);
        Weigh(group.Availability.Mask, EndpointHealth.Changes);
    }

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var changes = EndpointHealth.Changes;
        var mask = _group.Availability.Mask;
        if (changes != _changes || mask != _mask) Weigh(mask, changes);

        // What an endpoint of weight 1 may have, this request included.
        var share = (_load.Active + 1) * _factor / _weights;
        var hash = context.HasHash ? context.Hash : context.Random;
        for (var tries = MaxTries; tries > 0; tries--)
        {
            var index = _group.Ring is { } ring ? ring.Owner(ring.Find(hash)) : _group.Maglev!.Find(hash);
            var slot = _slots[index];
            if (!slot.IsPassedOver(mask) && slot.Active < Bound(index, share)) return slot;
            hash = Bits.Next(ref hash);
        }

        return Lightest((int)Bits.Scale(hash, (ulong)_slots.Length), mask);
    }

    // The rounding up forgives the last digit of the multiplication.
    private double Bound(int index, double share) => Math.Ceiling(share * _group.Weights[index] - 1e-9);

    // The one with the least for its weight; of equals the first from a random start.
    private EndpointSlot? Lightest(int start, HealthFlags mask)
    {
        var best = -1;
        for (var i = 0; i < _slots.Length; i++)
        {
            var at = start + i < _slots.Length ? start + i : start + i - _slots.Length;
            if (_slots[at].IsPassedOver(mask)) continue;
            if (best < 0 || (ulong)_slots[at].Active * _group.Weights[best] < (ulong)_slots[best].Active * _group.Weights[at]) best = at;
        }

        return best < 0 ? null : _slots[best];
    }

    private void Weigh(HealthFlags mask, int changes)
    {
        _mask = mask;
        _changes = changes;
        _weights = 0;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (!_slots[i].IsPassedOver(mask)) _weights += _group.Weights[i];
        }
    }
}
