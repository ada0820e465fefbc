using Meltemi.Program.Demo;
using Meltemi.Program.Demo.Traffic;

namespace Meltemi.Tests.Program.Demo;

public class FigureTests
{
    [Fact]
    public void Quantiles_are_at_most_a_sixteenth_too_high()
    {
        var latencies = new Latencies();
        for (var i = 1; i <= 10_000; i++) latencies.Add(TimeSpan.FromMicroseconds(i * 7));
        Assert.InRange(latencies.Quantile(0.5), 35.0, 35.0 * 17 / 16);
        Assert.InRange(latencies.Quantile(0.99), 69.3, 69.3 * 17 / 16);
        latencies.Clear();
        Assert.Equal(0, latencies.Quantile(0.5));
        latencies.Add(TimeSpan.FromMicroseconds(3));
        Assert.Equal(0.004, latencies.Quantile(0.99));
        latencies.Add(TimeSpan.MaxValue);
        Assert.True(latencies.Quantile(1) >= TimeSpan.MaxValue.TotalMilliseconds * 0.99);
    }

    [Theory]
    [InlineData(0, 100, 0, true)]
    [InlineData(0, 100, 1, false)]
    [InlineData(100, 100, 100, true)]
    [InlineData(100, 100, 99, false)]
    [InlineData(50, 400, 245, true)]
    [InlineData(50, 400, 260, false)]
    [InlineData(10, 400, 0, false)]
    [InlineData(10, 0, 0, false)]
    [InlineData(1, 1, 1, true)]
    public void Shares_fit_within_what_chance_allows(int weight, int calls, int toV2, bool fits) =>
        Assert.Equal(fits, new ShareCount(new DemoRules(weight), calls, toV2, 0, 0).Fits);

    [Fact]
    public void A_single_call_of_jason_to_v1_does_not_fit()
    {
        var rules = new DemoRules(0, JasonToV2: true);
        Assert.True(new ShareCount(rules, 100, 0, 20, 20).Fits);
        Assert.False(new ShareCount(rules, 100, 0, 20, 19).Fits);
    }

    [Fact]
    public void Failures_are_counted_apart_and_belong_to_no_share()
    {
        var ledger = new Ledger();
        var period = new Period(new DemoRules(0));
        ledger.Add(new Call(DemoService.Dubbo, "sayHello", null, null, TimeSpan.Zero, "status 35"), period, explained: true);
        ledger.Add(new Call(DemoService.Dubbo, "sayHello", null, "v1", TimeSpan.Zero, null), period, explained: false);
        ledger.Add(new Call(DemoService.Dubbo, "sayHello", null, "v2", TimeSpan.Zero, null), null, explained: false);
        Assert.Equal(0, ledger.Unexplained);
        Assert.Equal(new ShareCount(period.Rules, 1, 0, 0, 0), ledger.CountShares(period.Rules, DemoService.Dubbo));
        ledger.Add(new Call(DemoService.Dubbo, "sayHello", null, null, TimeSpan.Zero, "status 35"), period, explained: false);
        Assert.Equal(1, ledger.Unexplained);
        var (second, all) = ledger.TakeSecond().Services[DemoService.Dubbo];
        Assert.Equal((4, 2), (second.Calls, second.Errors));
        Assert.Equal(second, all);
        Assert.Equal(0, ledger.TakeSecond().Services[DemoService.Dubbo].Second.Calls);
    }
}
