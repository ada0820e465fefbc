using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.RateLimits.Local;

namespace Meltemi.Tests.Filters.RateLimits;

public class TokenBucketTests
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1000 * Millisecond;

    /// <summary>The promise: a tenfold burst against 1,000 a second, over 10 s, however the loops share it.</summary>
    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 50)]
    [InlineData(2, 95)]
    [InlineData(8, 50)]
    public void Ten_times_the_limit_lets_the_limit_through(int loops, int shareOfTheFirst)
    {
        var random = new Random(7);
        var leases = Leases(new(1000, 1000, TimeSpan.FromSeconds(1)), loops);
        var perSecond = new int[10];
        for (var i = 0; i < 100_000; i++) // one each 0.1 ms
        {
            var loop = random.Next(100) < shareOfTheFirst ? 0 : random.Next(loops);
            if (leases[loop].TryTake(i * Second / 10_000)) perSecond[i / 10_000]++;
        }

        Assert.All(perSecond, count => Assert.InRange(count, 990, 1000));
    }

    [Fact]
    public void Tokens_in_small_portions_add_up_to_the_same()
    {
        var leases = Leases(new(10, 10, TimeSpan.FromMilliseconds(10)), 2);
        var passed = 0;
        for (var i = 0; i < 100_000; i++)
        {
            if (leases[i % 2].TryTake(i * Second / 10_000)) passed++;
        }

        Assert.Equal(10_000, passed);
    }

    [Fact]
    public void A_bucket_begins_full_and_fills_up_to_its_size()
    {
        var lease = Leases(new(5, 2, TimeSpan.FromSeconds(1)), 1)[0];
        Assert.Equal(5, Drain(lease, 0));
        Assert.Equal(0, Drain(lease, Second - 1));
        Assert.Equal(2, Drain(lease, Second));
        Assert.Equal(4, Drain(lease, 3 * Second));
        Assert.Equal(5, Drain(lease, 1000 * Second));
    }

    [Fact]
    public void A_shorter_interval_than_the_clock_shows_keeps_its_rate()
    {
        var lease = Leases(new(100, 1, TimeSpan.FromMicroseconds(100)), 1)[0];
        Assert.Equal(100, Drain(lease, 0));
        Assert.Equal(10, Drain(lease, Millisecond));
    }

    [Fact]
    public void A_loop_that_stops_asking_keeps_back_less_than_a_hundredth()
    {
        var leases = Leases(new(100_000, 100_000, TimeSpan.FromSeconds(1)), 8);
        foreach (var idle in leases.Skip(1)) Assert.True(idle.TryTake(0));
        Assert.InRange(7 + Drain(leases[0], 0), 100_000 - 100_000 / 128, 100_000);
        foreach (var idle in leases.Skip(1)) Assert.Equal(0, Drain(idle, Second - 1) / 100);
        Assert.Equal(100_000, Drain(leases[0], Second));
    }

    [Fact]
    public void A_loop_whose_clock_is_behind_gets_no_more()
    {
        var leases = Leases(new(10, 10, TimeSpan.FromSeconds(1)), 2);
        Assert.Equal(10, Drain(leases[0], 5 * Second));
        Assert.Equal(0, Drain(leases[1], 4 * Second));
    }

    [Fact]
    public async Task Loops_that_really_run_at_the_same_time_share_exactly()
    {
        var leases = Leases(new(1000, 1000, TimeSpan.FromSeconds(1)), 2);
        var now = 0L;
        for (var second = 0; second < 10; second++)
        {
            now = second * Second;
            var passed = await Task.WhenAll(leases.Select(lease => Task.Run(() => Enumerable.Range(0, 5000).Count(_ => lease.TryTake(now)))));
            Assert.InRange(passed.Sum(), 990, 1000);
        }
    }

    internal static TokenBucket.Lease[] Leases(BucketConfig config, int loops)
    {
        var bucket = new TokenBucket(new FillSchedule(config, 0), loops);
        return [.. Enumerable.Range(0, loops).Select(_ => bucket.ForLoop())];
    }

    private static int Drain(TokenBucket.Lease lease, long now)
    {
        var count = 0;
        while (lease.TryTake(now)) count++;
        return count;
    }
}
