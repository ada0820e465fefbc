using Meltemi.Bench.Lab.Load;

namespace Meltemi.Tests.Bench;

public class HistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(2_000_000)]
    [InlineData(90_000_000_000)]
    public void Percentiles_are_those_of_the_sorted_values_to_a_thousandth(long largest)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 20_000).Select(_ => (long)(Math.Pow(random.NextDouble(), 3) * largest)).ToArray();
        var histogram = new Histogram();
        foreach (var value in values)
            histogram.Record(value);
        Array.Sort(values);

        foreach (var percent in (double[])[0.01, 1, 50, 90, 99, 99.9, 99.99, 100])
        {
            var exact = values[(int)Math.Ceiling(percent / 100 * values.Length) - 1];
            Assert.InRange(histogram.Percentile(percent), exact, exact + exact / 1000);
        }
        Assert.Equal(values[^1], histogram.Max);
        Assert.Equal(values.Length, histogram.Count);
    }

    [Fact]
    public void Values_at_the_edges_of_buckets_stay_apart()
    {
        foreach (var edge in (long[])[1023, 1024, 2047, 2048, 4095, 4096, 1L << 30, 1L << 40])
        {
            var histogram = new Histogram();
            histogram.Record(edge - 1);
            histogram.Record(edge + edge / 512);

            Assert.InRange(histogram.Percentile(50), edge - 1, edge);
            Assert.Equal(edge + edge / 512, histogram.Percentile(100));
        }
    }

    [Fact]
    public void One_late_answer_in_a_thousand_shows_at_p99_95_and_not_at_p99()
    {
        var histogram = new Histogram();
        for (var i = 0; i < 999; i++)
            histogram.Record(100);
        histogram.Record(50_000_000);

        Assert.Equal(100, histogram.Percentile(99));
        Assert.Equal(50_000_000, histogram.Percentile(99.95));
    }

    [Fact]
    public void An_empty_histogram_has_zeros()
    {
        Assert.Equal(0, new Histogram().Percentile(99));
    }

    [Fact]
    public void What_is_out_of_range_counts_as_the_nearest_in_range()
    {
        var histogram = new Histogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);

        Assert.Equal(0, histogram.Percentile(50));
        Assert.Equal((1L << 41) - 1, histogram.Percentile(100));
    }
}
