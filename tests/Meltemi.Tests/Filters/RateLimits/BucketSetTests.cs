using Meltemi.Proxy.Filters.RateLimits.Local;

namespace Meltemi.Tests.Filters.RateLimits;

public class BucketSetTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Each_value_has_a_bucket_of_its_own()
    {
        var set = Set(perSecond: 3);
        Assert.Equal([3, 3], new ulong[] { 1, 2 }.Select(hash => Drain(set, hash, 0)));
        Assert.Equal([3, 0], [Drain(set, 1, Second), Drain(set, 1, Second)]);
    }

    [Fact]
    public void A_full_bucket_is_forgotten_first_and_nothing_is_lost_by_it()
    {
        var set = Set(perSecond: 3, buckets: 1); // one set of 8
        for (ulong hash = 1; hash <= BucketSet.Ways; hash++) Drain(set, hash, hash == 5 ? 0 : 10 * Second);
        Assert.True(set.TryTake(100, 10 * Second, out var forgot));
        Assert.False(forgot);
        Assert.All(Enumerable.Range(1, 8).Where(hash => hash != 5), hash => Assert.False(set.TryTake((ulong)hash, 10 * Second, out _)));
    }

    [Fact]
    public void A_client_that_invents_values_drives_out_its_own()
    {
        var set = Set(perSecond: 3, buckets: 1);
        for (ulong hash = 1; hash < BucketSet.Ways; hash++) Drain(set, hash, 0);
        var forgotten = 0;
        for (ulong hash = 1000; hash < 2000; hash++)
        {
            set.TryTake(hash, 0, out var forgot);
            if (forgot) forgotten++;
        }

        Assert.Equal(999, forgotten);
        for (ulong hash = 1; hash < BucketSet.Ways; hash++) Assert.False(set.TryTake(hash, 0, out _));
    }

    [Fact]
    public void So_many_values_as_it_is_made_for_have_room()
    {
        var random = new Random(3);
        var set = Set(perSecond: 2, buckets: 1000);
        var forgotten = 0;
        for (var i = 0; i < 1000; i++)
        {
            set.TryTake((ulong)random.NextInt64(), 0, out var forgot);
            if (forgot) forgotten++;
        }

        Assert.InRange(forgotten, 0, 20);
    }

    [Fact]
    public async Task Many_threads_take_no_more_than_there_is()
    {
        var set = Set(perSecond: 1000);
        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var count = 0;
            for (ulong i = 0; i < 20_000; i++)
            {
                if (set.TryTake(i % 4 + 1, 0, out var _)) count++;
            }

            return count;
        })));
        Assert.Equal(4000, counts.Sum());
    }

    [Fact]
    public void Taking_allocates_nothing()
    {
        var set = Set(perSecond: 3);
        set.TryTake(1, 0, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong hash = 1; hash < 10_000; hash++) set.TryTake(hash, (long)hash, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static BucketSet Set(int perSecond, int buckets = 64) =>
        new(new FillSchedule(new(perSecond, perSecond, TimeSpan.FromSeconds(1)), 0), buckets);

    private static int Drain(BucketSet set, ulong hash, long now)
    {
        var count = 0;
        while (set.TryTake(hash, now, out _)) count++;
        return count;
    }
}
