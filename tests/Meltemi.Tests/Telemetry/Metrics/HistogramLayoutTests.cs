using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Tests.Telemetry.Metrics;

public class HistogramLayoutTests
{
    public static TheoryData<string, HistogramLayout> Layouts => new()
    {
        { "duration", HistogramLayout.Duration },
        { "size", HistogramLayout.Size },
        { "dense", new HistogramLayout(1, 1, 2, 3, 4, 5, 6, 7, 8, 9) },
        { "extreme", new HistogramLayout(1, 0, 1, long.MaxValue) },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_value_falls_into_the_first_bucket_that_holds_it(string name, HistogramLayout layout)
    {
        var bounds = layout.Bounds.ToArray();
        var random = new Random(7);
        var values = bounds.Concat(bounds.Where(b => b < long.MaxValue).Select(b => b + 1)).Concat(bounds.Select(b => b - 1))
            .Concat([0, -1, long.MinValue, long.MaxValue])
            .Concat(Enumerable.Range(0, 1000).Select(_ => random.NextInt64() >> random.Next(63)));
        foreach (var value in values)
        {
            var expected = Array.FindIndex(bounds, b => Math.Max(0, value) <= b);
            Assert.True((expected < 0 ? bounds.Length : expected) == layout.IndexOf(value), $"{name}: {value}");
        }
    }

    [Fact]
    public void Bounds_must_ascend()
    {
        Assert.Throws<ArgumentException>(() => new HistogramLayout(1, 2, 2));
        Assert.Throws<ArgumentException>(() => new HistogramLayout(1));
    }
}
