using Envoy.Service.Ratelimit.V3;
using Meltemi.RateLimit;
using Meltemi.RateLimit.Counting;
using Meltemi.RateLimit.Figures;
using Meltemi.RateLimit.Rules;
using Meltemi.RateLimit.Serving;
using Meltemi.Tests.Support;
using Meltemi.Xds.Grpc;
using static Envoy.Service.Ratelimit.V3.RateLimitResponse.Types;

namespace Meltemi.Tests.RateLimit;

/// <summary>Decisions, with counters in memory and a clock that the test moves.</summary>
public class RateLimiterTests
{
    private readonly ManualTime _time = new();
    private readonly ServerFigures _figures = new();
    private readonly Store _store;

    public RateLimiterTests() => _store = new Store(new MemoryCounters(_time));

    [Fact]
    public async Task Each_value_is_counted_for_itself_and_the_window_begins_anew()
    {
        var limiter = Limiter("descriptors: [ { key: user, rate_limit: { unit: minute, requests_per_unit: 2 } } ]");
        Assert.Equal([Code.Ok, Code.Ok, Code.OverLimit], await Ask(limiter, 3, "user=ann"));
        Assert.Equal([Code.Ok], await Ask(limiter, 1, "user=bob"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal([Code.OverLimit], await Ask(limiter, 1, "user=ann"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([Code.Ok], await Ask(limiter, 1, "user=ann"));
    }

    [Theory]
    [InlineData("second", 1)]
    [InlineData("minute", 60)]
    [InlineData("hour", 3600)]
    [InlineData("day", 86_400)]
    [InlineData("week", 604_800)]
    [InlineData("month", 2_592_000)]
    [InlineData("year", 31_536_000)]
    public async Task Every_unit_ends_when_it_says(string unit, int seconds)
    {
        foreach (var window in new[] { "fixed", "sliding" })
        {
            var limiter = Limiter($"descriptors: [ {{ key: {window}, rate_limit: {{ unit: {unit}, requests_per_unit: 5, window: {window} }} }} ]");
            var status = (await limiter.DecideAsync(Request(window + "=x"), default)).Statuses[0];
            Assert.Equal((4u, 5u), (status.LimitRemaining, status.CurrentLimit.RequestsPerUnit));
            Assert.InRange(status.DurationUntilReset.ToTimeSpan().TotalSeconds, 0.001, seconds);
            _time.Advance(status.DurationUntilReset.ToTimeSpan() - TimeSpan.FromMilliseconds(1));
            Assert.Equal(3u, (await limiter.DecideAsync(Request(window + "=x"), default)).Statuses[0].LimitRemaining);
            _time.Advance(TimeSpan.FromSeconds(2 * seconds));
            Assert.Equal(4u, (await limiter.DecideAsync(Request(window + "=x"), default)).Statuses[0].LimitRemaining);
        }
    }

    /// <summary>At the border of two fixed windows twice the limit passes; a sliding one does not let that happen.</summary>
    [Theory]
    [InlineData("fixed", 20)]
    [InlineData("sliding", 10)]
    public async Task A_burst_at_the_border_of_windows(string window, int passed)
    {
        var limiter = Limiter($"descriptors: [ {{ key: a, rate_limit: {{ unit: minute, requests_per_unit: 10, window: {window} }} }} ]");
        _time.Advance(TimeSpan.FromSeconds(59.99));
        var codes = await Ask(limiter, 20, "a=b");
        _time.Advance(TimeSpan.FromSeconds(0.02));
        codes.AddRange(await Ask(limiter, 20, "a=b"));
        Assert.Equal(passed, codes.Count(code => code == Code.Ok));
    }

    [Fact]
    public async Task A_client_that_never_stops_asking_gets_its_share_of_a_sliding_window()
    {
        var limiter = Limiter("descriptors: [ { key: a, rate_limit: { unit: second, requests_per_unit: 10, window: sliding } } ]");
        var passed = 0;
        for (var i = 0; i < 1000; i++)
        {
            passed += (await Ask(limiter, 1, "a=b")).Count(code => code == Code.Ok);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(passed, 90, 110);
    }

    [Fact]
    public async Task One_descriptor_over_its_limit_is_enough_and_each_has_its_status()
    {
        var limiter = Limiter("""
            descriptors:
              - { key: a, rate_limit: { unit: hour, requests_per_unit: 1, name: one } }
              - { key: b, rate_limit: { unit: hour, requests_per_unit: 9 } }
              - { key: c, rate_limit: { unlimited: true } }
            """);
        await Ask(limiter, 1, "a=1", "b=1");
        var response = await limiter.DecideAsync(Request("a=1", "b=1", "c=1", "d=1"), default);
        Assert.Equal(Code.OverLimit, response.OverallCode);
        Assert.Equal([Code.OverLimit, Code.Ok, Code.Ok, Code.Ok], response.Statuses.Select(status => status.Code));
        Assert.Equal([0u, 7u, uint.MaxValue, 0u], response.Statuses.Select(status => status.LimitRemaining));
        Assert.Equal(("one", RateLimitResponse.Types.RateLimit.Types.Unit.Hour), (response.Statuses[0].CurrentLimit.Name, response.Statuses[0].CurrentLimit.Unit));
    }

    [Fact]
    public async Task Hits_of_the_request_or_of_the_descriptor()
    {
        var limiter = Limiter("descriptors: [ { key: a, rate_limit: { unit: hour, requests_per_unit: 10 } } ]");
        var request = Request("a=1", "a=2");
        request.HitsAddend = 3;
        request.Descriptors[1].HitsAddend = 5;
        Assert.Equal([7u, 5u], (await limiter.DecideAsync(request, default)).Statuses.Select(status => status.LimitRemaining));
    }

    [Fact]
    public async Task A_limit_that_the_client_brings_along_is_used()
    {
        var limiter = Limiter("");
        var request = Request("a=1");
        request.Descriptors[0].Limit = new() { RequestsPerUnit = 1, Unit = Envoy.Type.V3.RateLimitUnit.Day };
        Assert.Equal(Code.Ok, (await limiter.DecideAsync(request, default)).OverallCode);
        Assert.Equal(Code.OverLimit, (await limiter.DecideAsync(request, default)).OverallCode);
    }

    [Fact]
    public async Task A_limit_that_another_replaces_does_not_count()
    {
        var limiter = Limiter("""
            descriptors:
              - { key: a, rate_limit: { unit: hour, requests_per_unit: 1, name: small } }
              - { key: b, rate_limit: { unit: hour, requests_per_unit: 3, replaces: [ { name: small } ] } }
            """);
        Assert.Equal([Code.Ok, Code.Ok, Code.Ok, Code.OverLimit], await Ask(limiter, 4, "a=1", "b=1"));
        Assert.Equal([Code.Ok, Code.OverLimit], await Ask(limiter, 2, "a=1"));
    }

    [Fact]
    public async Task Figures_split_hits_that_cross_a_mark()
    {
        var limiter = Limiter("descriptors: [ { key: a, value: b, rate_limit: { unit: hour, requests_per_unit: 10 } } ]");
        foreach (var hits in new[] { 7u, 2u, 4u, 1u })
        {
            var request = Request("a=b");
            request.HitsAddend = hits;
            await limiter.DecideAsync(request, default);
        }

        // 7 of 10, 9 (one above 8), 13 (one more within, three over), one that the cache knows of
        Assert.Equal((14, 10, 2, 4, 1), Hits("""domain="shop",key1="a_b" """));
        Assert.Equal(3, _store.Asked);
    }

    [Fact]
    public async Task Shadow_mode_counts_and_refuses_nothing()
    {
        var limiter = Limiter("descriptors: [ { key: a, shadow_mode: true, rate_limit: { unit: hour, requests_per_unit: 1 } } ]");
        Assert.Equal([Code.Ok, Code.Ok, Code.Ok], await Ask(limiter, 3, "a=b"));
        Assert.Contains("ratelimit_service_rate_limit_shadow_mode{domain=\"shop\",key1=\"a\"} 2\n", _figures.ToPrometheus(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detailed_figures_are_by_value()
    {
        var limiter = Limiter("descriptors: [ { key: a, detailed_metric: true, rate_limit: { unit: hour, requests_per_unit: 1 } } ]");
        await Ask(limiter, 1, "a=x\"y");
        Assert.Contains("total_hits{domain=\"shop\",key1=\"a_x\\\"y\"} 1\n", _figures.ToPrometheus(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StoreFailure.Allow, Code.Ok)]
    [InlineData(StoreFailure.Deny, Code.OverLimit)]
    public async Task A_store_that_fails_means_what_is_configured(StoreFailure failure, Code code)
    {
        var limiter = Limiter("descriptors: [ { key: a, rate_limit: { unit: hour, requests_per_unit: 1 } } ]", failure);
        _store.Fails = true;
        Assert.Equal([code, code], await Ask(limiter, 2, "a=b"));
        Assert.Equal([Code.Ok], await Ask(limiter, 1, "unlimited=b")); // nobody need be asked for it
        Assert.Equal(2, _figures.StoreErrors.Value);
    }

    [Fact]
    public async Task A_store_that_fails_is_an_error_by_default()
    {
        var limiter = Limiter("descriptors: [ { key: a, rate_limit: { unit: hour, requests_per_unit: 1 } } ]");
        _store.Fails = true;
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => limiter.DecideAsync(Request("a=b"), default))).StatusCode);
    }

    [Theory]
    [InlineData("", "a=b")]
    [InlineData("shop", null)]
    public async Task A_request_without_domain_or_descriptors_is_wrong(string domain, string? descriptor)
    {
        var request = descriptor is null ? new RateLimitRequest() : Request(descriptor);
        request.Domain = domain;
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => Limiter("").DecideAsync(request, default))).StatusCode);
    }

    [Fact]
    public async Task Prometheus_accepts_the_figures()
    {
        var limiter = Limiter("descriptors: [ { key: a, rate_limit: { unit: hour, requests_per_unit: 1 }, descriptors: [ { key: b, rate_limit: { unit: hour, requests_per_unit: 1 } } ] } ]");
        await Ask(limiter, 2, "a=b");
        await Ask(limiter, 2, "a=b,b=c");
        foreach (var family in _figures.ToPrometheus().Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)))
            Assert.Matches("^# TYPE [a-z_]+ counter$", family);
    }

    private RateLimiter Limiter(string rules, StoreFailure failure = StoreFailure.Error)
    {
        var read = RuleFiles.Read([("limits.yaml", "domain: shop\n" + rules)]);
        Assert.Empty(read.Problems);
        return new RateLimiter(() => read.Rules!, _store, _figures, new() { OnStoreFailure = failure }, _time);
    }

    private static RateLimitRequest Request(params string[] descriptors) =>
        new() { Domain = "shop", Descriptors = { descriptors.Select(RuleReaderTests.Parse) } };

    private static async Task<List<Code>> Ask(RateLimiter limiter, int times, params string[] descriptors)
    {
        var codes = new List<Code>();
        for (var i = 0; i < times; i++) codes.Add((await limiter.DecideAsync(Request(descriptors), default)).OverallCode);
        return codes;
    }

    private (long Total, long Within, long Near, long Over, long Cached) Hits(string labels)
    {
        var text = _figures.ToPrometheus();
        return (Of("total_hits"), Of("within_limit"), Of("near_limit"), Of("over_limit"), Of("over_limit_with_local_cache"));

        long Of(string name)
        {
            var start = $"ratelimit_service_rate_limit_{name}{{{labels.Trim()}}} ";
            var line = text.Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal));
            return long.Parse(line[start.Length..], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private sealed class Store(ICounterStore inner) : ICounterStore
    {
        public bool Fails { get; set; }

        public int Asked { get; private set; }

        public string? Problem => null;

        public Task<CounterAnswer[]> CountAsync(IReadOnlyList<CounterQuery> queries, CancellationToken cancel)
        {
            Asked++;
            return Fails ? throw new CounterStoreException("down") : inner.CountAsync(queries, cancel);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
