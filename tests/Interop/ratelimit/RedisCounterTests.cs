using Meltemi.Interop.Tests.Support;
using Meltemi.RateLimit.Counting;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Meltemi.Interop.Tests.RateLimit;

/// <summary>Counting in a real Redis.</summary>
public sealed class RedisCounterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [PeerFact(Tools.Redis)]
    public async Task Fixed_windows_count_everything()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var counters = await RedisCounters.ConnectAsync(redis.Address, Patience, NullLogger.Instance);
        var hour = TimeSpan.FromHours(1);
        await CountsAsync(counters, [2, 5, 1], new CounterQuery("{a}@0", 2, hour), new CounterQuery("{a}@0", 3, hour), new CounterQuery("{b}@0", 1, hour));
    }

    [PeerFact(Tools.Redis)]
    public async Task Sliding_windows_count_what_is_within_the_limit_with_a_share_of_the_window_before()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var counters = await RedisCounters.ConnectAsync(redis.Address, Patience, NullLogger.Instance);
        await CountsAsync(counters, [4, 8, 12, 9], Slide("{a}@0", "{a}@-1", 4), Slide("{a}@0", "{a}@-1", 4), Slide("{a}@0", "{a}@-1", 4), Slide("{a}@0", "{a}@-1", 1));
        // 9 before, of which a quarter, rounded up, counts: 3
        await CountsAsync(counters, [4, 11, 10], Slide("{a}@1", "{a}@0", 1, 250_000), Slide("{a}@1", "{a}@0", 7, 250_000), Slide("{a}@1", "{a}@0", 6, 250_000));
    }

    [PeerFact(Tools.Redis)]
    public async Task Memory_and_Redis_say_the_same()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var counters = await RedisCounters.ConnectAsync(redis.Address, Patience, NullLogger.Instance);
        await using var memory = new MemoryCounters(TimeProvider.System);
        var random = new Random(5);
        var queries = Enumerable.Range(0, 500).Select(_ =>
        {
            var (name, window, hits) = (random.Next(3), random.Next(4), (uint)random.Next(1, 5));
            return random.Next(2) == 0
                ? new CounterQuery($"{{f{name}}}@{window}", hits, TimeSpan.FromHours(1))
                : Slide($"{{s{name}}}@{window}", $"{{s{name}}}@{window - 1}", hits, random.Next(1_000_001), limit: 30);
        }).ToArray();
        Assert.Equal(await CountAsync(memory, queries), await CountAsync(counters, queries));
    }

    [PeerFact(Tools.Redis)]
    public async Task Counters_do_not_stay_for_ever()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var counters = await RedisCounters.ConnectAsync(redis.Address, Patience, NullLogger.Instance);
        var lifetime = TimeSpan.FromSeconds(100);
        await CountAsync(counters, new CounterQuery("{a}@0", 1, lifetime), Slide("{b}@0", "{b}@-1", 1) with { Lifetime = lifetime });
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        foreach (var key in new[] { "{a}@0", "{b}@0" }) Assert.InRange((await connection.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.Zero, lifetime);
    }

    private static CounterQuery Slide(string key, string previous, uint hits, int millionths = 1_000_000, uint limit = 10) =>
        new(key, hits, TimeSpan.FromHours(2), new SlidingWindow(previous, millionths, limit));

    private static async Task CountsAsync(ICounterStore store, long[] expected, params CounterQuery[] queries) =>
        Assert.Equal(expected, await CountAsync(store, queries));

    private static async Task<long[]> CountAsync(ICounterStore store, params CounterQuery[] queries) =>
        [.. (await store.CountAsync(queries, default)).Select(answer => answer.After)];
}
