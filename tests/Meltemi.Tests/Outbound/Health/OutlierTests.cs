using AwesomeRpc;
using Meltemi.Proxy.Config;
using Meltemi.Transport;

namespace Meltemi.Tests.Outbound.Health;

/// <summary>Which endpoints are left out, when and for how long.</summary>
public class OutlierTests
{
    private static readonly OutlierConfig Strict = new() { MaxEjectionPercent = 100, Consecutive5xx = new(3, 100) };

    [Fact]
    public void Three_of_ten_that_fail_are_out_after_three_errors_each_and_clients_see_no_more_of_them()
    {
        using var fleet = New(10, Strict);
        fleet.Behave(Status.Failed, 2, 5, 7);
        var answers = fleet.Ask(30);
        Assert.Equal(9, answers.Count(answer => answer.Status == Status.Failed));
        Assert.Equal([2, 5, 7], fleet.Ejected);
        Assert.All(fleet.Ask(100), answer => Assert.Equal(Status.Ok, answer.Status));
        Assert.Equal(3, fleet.Figure("outlier_detection.ejections_active"));
        Assert.Equal(3, fleet.Figure("outlier_detection.ejections_enforced_consecutive_5xx"));
        Assert.Equal(7, fleet.Figure("membership_healthy"));
    }

    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(10, 29, 2)]
    [InlineData(10, 30, 3)]
    [InlineData(9, 10, 0)]
    [InlineData(3, 0, 0)]
    public void Never_are_more_out_than_their_percentage(int servers, int percent, int expected)
    {
        using var fleet = New(servers, Strict with { MaxEjectionPercent = percent });
        fleet.Behave(Status.Failed, [.. Enumerable.Range(0, servers)]);
        fleet.Ask(20 * servers);
        Assert.Equal(expected, fleet.Ejected.Length);
        Assert.True(fleet.Figure("outlier_detection.ejections_overflow") > 0);
        fleet.Pass(1000);
        fleet.Ask(20 * servers);
        Assert.Equal(expected, fleet.Ejected.Length);
    }

    [Fact]
    public void One_may_always_be_out_if_that_is_wanted()
    {
        using var fleet = New(3, Strict with { MaxEjectionPercent = 10, AlwaysEjectOneHost = true });
        fleet.Behave(Status.Failed, 0, 1);
        fleet.Ask(50);
        Assert.Single(fleet.Ejected);
    }

    [Fact]
    public void The_time_out_of_use_grows_with_each_ejection_and_shrinks_in_good_health()
    {
        using var fleet = New(4, Strict with { MaxEjectionTime = TimeSpan.FromSeconds(80) });
        fleet.Behave(Status.Failed, 0);
        fleet.Ask(1);
        fleet.Pass(1);
        foreach (var seconds in new[] { 30, 60, 80, 80 }) OutFor(seconds);

        // Three ejections are remembered; two intervals in good health leave one, so the next is the second.
        fleet.Behave(Status.Ok, 0);
        fleet.Pass(20);
        fleet.Behave(Status.Failed, 0);
        OutFor(60);

        void OutFor(int seconds)
        {
            fleet.Ask(12);
            Assert.Equal([0], fleet.Ejected);
            fleet.Pass(seconds - 1);
            Assert.Equal([0], fleet.Ejected);
            // It comes back at the end of an interval of 10 s.
            fleet.Pass(11);
            Assert.Empty(fleet.Ejected);
        }
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew()
    {
        using var fleet = New(2, Strict);
        fleet.Behave(n => n % 3 == 2 ? Status.Ok : Status.Failed, 0);
        fleet.Ask(200);
        Assert.Empty(fleet.Ejected);
        fleet.Behave(Status.Failed, 0);
        fleet.Ask(6);
        Assert.Equal([0], fleet.Ejected);
    }

    [Theory]
    [InlineData(Status.ApplicationError, false, false)]
    [InlineData(Status.ApplicationError, true, true)]
    [InlineData(Status.BadRequest, true, false)]
    public void Exceptions_of_the_application_eject_only_if_that_is_wanted(Status status, bool wanted, bool ejected)
    {
        using var fleet = New(2, Strict with { ApplicationErrors = wanted });
        fleet.Behave(status, 0);
        fleet.Ask(20);
        Assert.Equal(ejected ? [0] : [], fleet.Ejected);
    }

    [Fact]
    public void Gateway_failures_are_counted_apart_and_eject_if_that_is_enforced()
    {
        var config = new OutlierConfig { MaxEjectionPercent = 100, Consecutive5xx = new(1000, 100), ConsecutiveGatewayFailure = new(4, 0) };
        using (var fleet = New(2, config))
        {
            fleet.Behave(Status.Busy, 0);
            fleet.Ask(16);
            Assert.Empty(fleet.Ejected);
            Assert.Equal(2, fleet.Figure("outlier_detection.ejections_detected_consecutive_gateway_failure"));
        }

        using (var fleet = New(2, config with { ConsecutiveGatewayFailure = new(4, 100) }))
        {
            fleet.Behave(n => n % 4 == 3 ? Status.Failed : Status.Busy, 0);
            fleet.Ask(40);
            Assert.Empty(fleet.Ejected);
            fleet.Behave(Status.Busy, 0);
            fleet.Ask(8);
            Assert.Equal([0], fleet.Ejected);
        }
    }

    [Fact]
    public void Who_cannot_be_connected_to_is_out_soon()
    {
        using var fleet = New(3, Strict);
        fleet.Mesh.Kernel.OnConnect(fleet.Servers[1].Address, ConnectOutcome.Refuse);
        Assert.Equal(3, fleet.Ask(30).Count(answer => answer.Status != Status.Ok));
        Assert.Equal([1], fleet.Ejected);
    }

    [Fact]
    public void Requests_without_an_answer_can_be_judged_apart()
    {
        var config = Strict with { SplitLocalOriginErrors = true, ConsecutiveLocalOriginFailure = new(5, 100) };
        using var fleet = New(3, config);
        fleet.Mesh.Kernel.OnConnect(fleet.Servers[1].Address, ConnectOutcome.Refuse);
        fleet.Ask(13);
        Assert.Empty(fleet.Ejected);
        fleet.Ask(3);
        Assert.Equal([1], fleet.Ejected);
        Assert.Equal(1, fleet.Figure("outlier_detection.ejections_enforced_consecutive_local_origin_failure"));
        Assert.Equal(0, fleet.Figure("outlier_detection.ejections_detected_consecutive_5xx"));
    }

    [Fact]
    public void While_one_accepts_and_never_answers_the_others_answer_at_once_and_soon_it_gets_nothing_more()
    {
        using var fleet = New(4, Strict, route: TimeSpan.FromSeconds(1));
        fleet.Behave((Status?)null, 3);

        // No time passes within Ask: whoever answers does so without any delay.
        Assert.Equal(30, fleet.Ask(40).Count);
        Assert.Equal([10, 10, 10, 10], fleet.TakeAsked());
        fleet.Pass(1.1);
        Assert.Equal([3], fleet.Ejected);
        Assert.Equal(40, fleet.Ask(40).Count);
        Assert.Equal(0, fleet.TakeAsked()[3]);
    }

    [Fact]
    public void Far_below_the_success_rate_of_the_others_is_too_bad()
    {
        // Rates 100 x 9 and 70: mean 97, deviation 9, threshold 97 - 1.9 x 9 = 79.9.
        var rate = new SuccessRateConfig { MinimumHosts = 10, RequestVolume = 100 };
        using var fleet = New(10, Strict with { Consecutive5xx = new(0, 0), SuccessRate = rate });
        fleet.Behave(n => n % 10 < 3 ? Status.Failed : Status.Ok, 4);
        fleet.Ask(990);
        fleet.Pass(10.1);
        Assert.Empty(fleet.Ejected);
        fleet.Ask(1000);
        Assert.Empty(fleet.Ejected);
        fleet.Pass(10);
        Assert.Equal([4], fleet.Ejected);
        Assert.Equal(1, fleet.Figure("outlier_detection.ejections_enforced_success_rate"));
    }

    [Fact]
    public void When_all_are_equally_bad_nobody_is_far_below_the_others()
    {
        var rate = new SuccessRateConfig { MinimumHosts = 5, RequestVolume = 20 };
        using var fleet = New(10, Strict with { Consecutive5xx = new(0, 0), SuccessRate = rate });
        fleet.Behave(n => n % 2 == 0 ? Status.Failed : Status.Ok, [.. Enumerable.Range(0, 10)]);
        fleet.Ask(400);
        fleet.Pass(11);
        Assert.Empty(fleet.Ejected);
    }

    [Theory]
    [InlineData(79, false)]
    [InlineData(80, true)]
    public void Too_large_a_part_of_failures_is_too_bad_whatever_the_others_do(int percent, bool ejected)
    {
        var percentage = new FailurePercentageConfig { Threshold = 80, MinimumHosts = 2, RequestVolume = 100, EnforcingPercent = 100 };
        using var fleet = New(2, Strict with { Consecutive5xx = new(0, 0), FailurePercentage = percentage });
        fleet.Behave(n => n % 100 < percent ? Status.Failed : Status.Ok, 0, 1);
        fleet.Ask(200);
        fleet.Pass(11);
        Assert.Equal(ejected ? [0, 1] : [], fleet.Ejected);
    }

    [Fact]
    public void Enforcing_for_half_of_the_cases_ejects_about_half_of_the_outliers()
    {
        using var fleet = New(200, Strict with { Consecutive5xx = new(3, 50) });
        fleet.Behave(Status.Failed, [.. Enumerable.Range(0, 200)]);
        fleet.Ask(600);
        Assert.InRange(fleet.Ejected.Length, 80, 120);
        Assert.Equal(200, fleet.Figure("outlier_detection.ejections_detected_consecutive_5xx"));
    }

    [Fact]
    public void A_change_of_the_configuration_leaves_out_who_was_out_and_ends_it_with_the_policy()
    {
        using var fleet = New(4, Strict);
        fleet.Behave(Status.Failed, 0);
        fleet.Ask(12);
        Assert.Equal([0], fleet.Ejected);

        fleet.Configure(config => config with { ConnectTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal([0], fleet.Ejected);
        Assert.Equal(12, fleet.Ask(12).Count(answer => answer.Status == Status.Ok));
        fleet.Pass(41);
        Assert.Empty(fleet.Ejected);
        fleet.Ask(12);
        Assert.Equal([0], fleet.Ejected);

        fleet.Configure(config => config with { Outliers = null });
        Assert.Empty(fleet.Ejected);
    }

    [Fact]
    public void Ejections_are_logged_with_reason_and_time()
    {
        using var fleet = New(4, Strict);
        fleet.Behave(Status.Failed, 0);
        fleet.Ask(12);
        fleet.Pass(41);
        var lines = fleet.Mesh.Log.Entries.Where(entry => entry.Component == "outliers").Select(entry => entry.Message).ToArray();
        Assert.Equal(
            [
                $"cluster 'main': endpoint {fleet.Endpoints[0].Name} is ejected for 30 s: consecutive_5xx (1 of 4 are)",
                $"cluster 'main': endpoint {fleet.Endpoints[0].Name} is back: its time out of use is over",
            ],
            lines);
    }

    private static Fleet New(int servers, OutlierConfig outliers, TimeSpan? route = null) => new(
        servers, cluster => cluster with { Outliers = outliers, Balancer = new() { PanicPercent = 0 } }, config => config with { Timeout = route });
}
