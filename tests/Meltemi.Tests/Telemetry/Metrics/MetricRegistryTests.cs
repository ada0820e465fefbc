using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Tests.Telemetry.Metrics;

public class MetricRegistryTests
{
    [Fact]
    public void A_counter_is_the_sum_of_all_slices()
    {
        var registry = new MetricRegistry(2);
        var series = registry.Counter("a_total", "A.");
        registry.ForLoop(0).Add(series, 2);
        registry.ForLoop(1).Add(series);
        registry.Shared.Add(series, 4);

        Assert.Equal(7, registry.Value(series));
        Assert.Contains("a_total 7\n", Text(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gauge_is_the_sum_of_the_parts_that_were_set()
    {
        var registry = new MetricRegistry(2);
        var series = registry.Gauge("a", "A.");
        registry.ForLoop(0).Set(series, 5);
        registry.ForLoop(0).Set(series, 3);
        registry.ForLoop(1).Add(series, -1);

        Assert.Equal(2, registry.Value(series));
    }

    [Fact]
    public void The_same_name_and_labels_are_the_same_series()
    {
        var registry = new MetricRegistry(1);
        var first = registry.Counter("a_total", "A.", Labels.Of(("x", "1")));

        Assert.Equal(first, registry.Counter("a_total", "A.", Labels.Of(("x", "1"))));
        Assert.NotEqual(first, registry.Counter("a_total", "A.", Labels.Of(("x", "2"))));
    }

    [Fact]
    public void A_name_cannot_be_two_kinds_of_thing()
    {
        var registry = new MetricRegistry(1);
        registry.Counter("a_total", "A.");

        Assert.Throws<ArgumentException>(() => registry.Gauge("a_total", "A."));
        Assert.Throws<ArgumentException>(() => registry.Histogram("a_total", "A.", HistogramLayout.Size));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void Names_outside_of_the_alphabet_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => new MetricRegistry(1).Counter(name, "A."));
        Assert.Throws<ArgumentException>(() => Labels.Of((name, "v")));
    }

    [Fact]
    public void A_series_goes_with_the_last_of_its_registrations()
    {
        var registry = new MetricRegistry(1);
        var series = registry.Counter("a_total", "A.");
        registry.Counter("a_total", "A.");

        registry.Remove(series);
        Assert.Contains("a_total", Text(registry), StringComparison.Ordinal);
        registry.Remove(series);
        Assert.DoesNotContain("a_total", Text(registry), StringComparison.Ordinal);
        registry.Remove(series);
    }

    [Fact]
    public void Slots_are_used_again_and_begin_at_zero()
    {
        var registry = new MetricRegistry(1, maxSeries: 400);
        var loop = registry.ForLoop(0);
        var seen = new HashSet<int>();
        for (var i = 0; i < 10_000; i++)
        {
            var series = registry.Gauge("a", "A.", Labels.Of(("i", $"{i}")));
            Assert.Equal(0, registry.Value(series));
            loop.Set(series, i + 1);
            registry.Shared.Add(series, 1);
            seen.Add(series);
            registry.Remove(series);
        }

        Assert.InRange(seen.Count, 2, 300);
        Assert.DoesNotContain(MetricRegistry.OverflowSeries, seen);
        Assert.Equal(2, registry.Count);
    }

    [Fact]
    public void Past_the_bound_figures_meet_in_the_overflow_and_refusals_are_counted()
    {
        var registry = new MetricRegistry(1, maxSeries: 30);
        for (var i = 0; i < 28; i++) Assert.NotEqual(0, registry.Counter("a_total", "A.", Labels.Of(("i", $"{i}"))));
        var refused = registry.Counter("a_total", "A.", Labels.Of(("i", "last")));
        var histogram = registry.Histogram("h", "H.", HistogramLayout.Size);
        registry.ForLoop(0).Add(refused, 3);
        registry.ForLoop(0).Observe(histogram, 1);
        registry.Remove(refused);
        registry.Remove(histogram);

        Assert.Equal(MetricRegistry.OverflowSeries, refused);
        Assert.Contains("meltemi_metrics_overflow_total 4\n", Text(registry), StringComparison.Ordinal);
        Assert.Contains("meltemi_metrics_refused_total 2\n", Text(registry), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_lost_while_slices_grow_and_scrapes_run()
    {
        const int Series = 20_000;
        var registry = new MetricRegistry(2);
        var ids = Enumerable.Range(0, Series).Select(i => registry.Counter("a_total", "A.", Labels.Of(("i", $"{i}")))).ToArray();
        var loops = Enumerable.Range(0, 2).Select(loop => Task.Run(() =>
        {
            foreach (var id in ids) registry.ForLoop(loop).Add(id, id);
        })).ToArray();
        var last = 0L;
        do
        {
            var snapshot = registry.Collect();
            var family = snapshot.Families.ToList().FindIndex(f => f.Name == "a_total");
            var sum = snapshot.SeriesOf(family).Sum(snapshot.Value);
            Assert.True(sum >= last);
            last = sum;
        }
        while (!Task.WhenAll(loops).IsCompleted);

        await Task.WhenAll(loops);
        foreach (var id in ids) Assert.Equal(2L * id, registry.Value(id));
    }

    [Fact]
    public async Task Many_threads_may_register()
    {
        var registry = new MetricRegistry(1);
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 500).Select(i => registry.Counter("a_total", "A.", Labels.Of(("i", $"{i}")))).ToArray())));

        foreach (var other in ids) Assert.Equal(ids[0], other);
        Assert.Equal(502, registry.Count);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var registry = new MetricRegistry(1);
        var counter = registry.Counter("a_total", "A.");
        var histogram = registry.Histogram("h", "H.", HistogramLayout.Duration);
        var loop = registry.ForLoop(0);
        loop.Observe(histogram, 1);

        // The runtime may compile this loop anew while it runs, and allocates then.
        var least = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 2_000; i++)
            {
                loop.Add(counter);
                loop.Observe(histogram, i * 100_000L);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, least);
        Assert.Equal(10_000, registry.Value(counter));
    }

    private static string Text(MetricRegistry registry)
    {
        var output = new Meltemi.Proxy.Telemetry.Utf8Buffer();
        PrometheusWriter.Write(registry.Collect(), output);
        return output.ToString();
    }
}
