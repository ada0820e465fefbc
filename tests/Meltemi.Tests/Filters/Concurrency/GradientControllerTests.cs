using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.Concurrency;

namespace Meltemi.Tests.Filters.Concurrency;

public class GradientControllerTests
{
    private const long Millisecond = 1_000_000;

    private static readonly AdaptiveConcurrencyConfig Fixed = new()
    {
        UpdateInterval = TimeSpan.FromMilliseconds(100),
        FixedShortest = TimeSpan.FromMilliseconds(10),
        MaxLimit = 100,
    };

    private static readonly AdaptiveConcurrencyConfig Measured = Fixed with
    {
        FixedShortest = TimeSpan.Zero,
        ProbeInterval = TimeSpan.FromSeconds(10),
        ProbeRequests = 5,
    };

    private long _now = Millisecond;

    [Fact]
    public void The_bound_grows_to_its_most_while_requests_are_fast()
    {
        var controller = new GradientController(Fixed, _now, seed: 1);
        Assert.Equal(3, controller.Limit);
        Run(controller, rounds: 300, _ => 10);
        Assert.Equal(100, controller.Limit);
        Assert.InRange(controller.Gradient, 1.1, 1.3);
    }

    [Fact]
    public void It_settles_near_what_the_servers_can_work_on_at_a_time()
    {
        // Ten at a time are served in 10 ms; what is more waits for its turn: with a buffer of 25 % the bound b is that of b = 12.5 + sqrt(12.5).
        var controller = new GradientController(Fixed, _now, seed: 1);
        Run(controller, rounds: 500, inFlight => Math.Max(10, inFlight));
        Assert.InRange(controller.Limit, 14, 18);
    }

    [Fact]
    public void It_falls_by_half_at_most_and_never_below_its_least()
    {
        var controller = new GradientController(Fixed with { MinLimit = 7 }, _now, seed: 1);
        Run(controller, rounds: 300, _ => 10);
        Run(controller, rounds: 2, _ => 1000);
        Assert.InRange(controller.Limit, 25, 70);
        Run(controller, rounds: 100, _ => 1000);
        Assert.Equal(7, controller.Limit);
    }

    [Fact]
    public void The_shortest_duration_is_measured_first_with_few_requests_in_flight()
    {
        var controller = new GradientController(Measured, _now, seed: 1);
        Assert.True(controller.IsProbing);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => controller.TryEnter()));
        for (var i = 0; i < 3; i++) controller.Leave(_now, _now, 20 * Millisecond);
        Run(controller, rounds: 1, _ => 20);
        Assert.False(controller.IsProbing);
        Assert.InRange(controller.Shortest, 19 * Millisecond, 21 * Millisecond);
    }

    [Fact]
    public void Requests_that_began_before_a_measurement_are_no_part_of_it()
    {
        var controller = new GradientController(Measured, _now, seed: 1);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(controller.TryEnter());
            controller.Leave(_now, _now - 1, 500 * Millisecond);
        }

        Assert.True(controller.IsProbing);
        Run(controller, rounds: 2, _ => 20);
        Assert.InRange(controller.Shortest, 19 * Millisecond, 21 * Millisecond);
    }

    [Fact]
    public void It_is_measured_again_after_the_interval_and_the_bound_comes_back()
    {
        var controller = new GradientController(Measured, _now, seed: 1);
        Run(controller, rounds: 300, _ => 10);
        Assert.Equal(100, controller.Limit);
        var until = _now + 12_000 * Millisecond;
        while (!controller.IsProbing && _now < until) Run(controller, rounds: 1, _ => 10);
        Assert.Equal(3, controller.Limit);
        Run(controller, rounds: 3, _ => 10);
        Assert.Equal((false, 100), (controller.IsProbing, controller.Limit));
    }

    [Fact]
    public void A_bound_that_stays_at_its_least_has_the_shortest_measured_again()
    {
        var controller = new GradientController(Measured, _now, seed: 1);
        Run(controller, rounds: 3, _ => 10);
        var rounds = 0;
        while (!controller.IsProbing && rounds++ < 100) Run(controller, rounds: 1, _ => 1000);
        Assert.True(controller.IsProbing);
        Run(controller, rounds: 3, _ => 1000);
        Assert.InRange(controller.Shortest, 900 * Millisecond, 1100 * Millisecond);
    }

    [Fact]
    public void Percentiles_are_a_sixteenth_off_at_most()
    {
        var samples = new DurationSamples();
        for (var i = 1; i <= 1000; i++) samples.Add(i * Millisecond);
        Assert.InRange(samples.Percentile(50), 500 * Millisecond * 15 / 16, 500 * Millisecond * 17 / 16);
        Assert.InRange(samples.Percentile(99), 990 * Millisecond * 15 / 16, 990 * Millisecond * 17 / 16);
        samples.Clear();
        Assert.Equal((0, 0), (samples.Count, samples.Percentile(50)));
    }

    /// <summary>Rounds in which as many requests go in as can, up to 200, and all leave after a duration in milliseconds.</summary>
    private void Run(GradientController controller, int rounds, Func<int, long> duration)
    {
        for (var round = 0; round < rounds; round++)
        {
            var inFlight = 0;
            while (inFlight < 200 && controller.TryEnter()) inFlight++;
            var (start, took) = (_now, duration(inFlight) * Millisecond);
            _now += took;
            for (var i = 0; i < inFlight; i++) controller.Leave(_now, start, took);
        }
    }
}
