namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>
/// One bucket for all loops, without a shared counter per request: loops lease tokens in chunks of max(1, PerFill / (128 x loops)), and what a loop
/// has not used when the next tokens come it gives up.
/// <para>So never more requests pass than one exact bucket would let through. Fewer may pass, by less than PerFill / 128 per fill (0.8 %), and only
/// if a loop stops asking in the middle of its chunk while others want more; for less than 256 x loops tokens per fill the chunk is 1 and
/// the bucket is exact.</para>
/// </summary>
internal sealed class TokenBucket(FillSchedule schedule, int loops)
{
    private readonly FillSchedule _schedule = schedule;
    private readonly long _chunk = Math.Max(1, schedule.PerFill / (128 * Math.Max(1, loops)));
    private long _taken;

    /// <summary>The part of one loop.</summary>
    public Lease ForLoop() => new(this);

    /// <summary>One loop's tokens; used by that loop only.</summary>
    public sealed class Lease(TokenBucket bucket)
    {
        private long _fills;
        private long _until = long.MinValue;
        private long _tokens;
        private bool _empty;

        /// <summary>Takes one token; false: there is none until the next fill.</summary>
        /// <param name="now">The loop's clock.</param>
        public bool TryTake(long now)
        {
            if (now >= _until) Renew(now);
            if (_tokens == 0 && !TryLease()) return false;
            _tokens--;
            return true;
        }

        private void Renew(long now)
        {
            _fills = bucket._schedule.FillsAt(now);
            _until = bucket._schedule.TimeOfNext(_fills);
            _tokens = 0;
            _empty = false;
        }

        // Nothing comes back before the next fill: once empty, nobody need look again.
        private bool TryLease()
        {
            if (_empty) return false;
            _tokens = bucket._schedule.Take(ref bucket._taken, _fills, bucket._chunk);
            _empty = _tokens == 0;
            return !_empty;
        }
    }
}
