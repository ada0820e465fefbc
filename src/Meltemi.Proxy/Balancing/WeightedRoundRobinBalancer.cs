using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Round robin by weight: earliest deadline first. An endpoint of weight w is due every 1/w of a virtual time, and the one that is due
/// first is next; so the turns of a heavy endpoint are spread evenly over the round, and within any stretch an endpoint is at most one
/// turn off its share. The first deadlines are random, so that the loops do not march in step.
/// </summary>
public sealed class WeightedRoundRobinBalancer : Balancer
{
    // Virtual time is set back now and then, because a double loses the small steps of heavy endpoints as it grows.
    private const double Rebase = 1 << 20;

    private readonly Availability _availability;
    private readonly EndpointSlot[] _slots;
    private readonly double[] _periods;
    private readonly double[] _due;
    private readonly int[] _heap;
    private readonly double _longestPeriod;

    /// <summary>A balancer of one loop.</summary>
    public WeightedRoundRobinBalancer(EndpointGroup group, EndpointSlot[] slots, ulong seed)
    {
        _availability = group.Availability;
        _slots = slots;
        _periods = [.. group.Weights.Select(weight => 1.0 / weight)];
        _longestPeriod = _periods.Max();
        _due = Array.ConvertAll(_periods, period => period * (Bits.Next(ref seed) >> 11) / (1L << 53));
        _heap = Enumerable.Range(0, slots.Length).OrderBy(i => _due[i]).ToArray();
    }

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var mask = _availability.Mask;
        var random = context.Random;
        for (var tries = _slots.Length; tries > 0; tries--)
        {
            // One that is unavailable is asked again after a whole round: it would otherwise come up in each of its many turns.
            var index = _heap[0];
            var unavailable = _slots[index].IsPassedOver(mask);
            _due[index] += unavailable ? _longestPeriod : _periods[index];
            SiftDown();
            if (_due[index] >= Rebase) SetBack();
            if (!unavailable && !_slots[index].IsPassedOver(mask, ref random)) return _slots[index];
        }

        return Fallback.Scan(_slots, (int)Bits.Scale(random, (ulong)_slots.Length), mask);
    }

    private void SiftDown()
    {
        var at = 0;
        var moving = _heap[0];
        var due = _due[moving];
        for (var child = 1; child < _heap.Length; child = 2 * at + 1)
        {
            if (child + 1 < _heap.Length && _due[_heap[child + 1]] < _due[_heap[child]]) child++;
            if (due <= _due[_heap[child]]) break;
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = moving;
    }

    private void SetBack()
    {
        var now = _due[_heap[0]];
        for (var i = 0; i < _due.Length; i++) _due[i] -= now;
    }
}
