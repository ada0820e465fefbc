using AwesomeRpc;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Outbound.Health;

/// <summary>How endpoints come to their share.</summary>
public class SlowStartTests
{
    private static readonly SlowStartConfig Window = new() { Window = TimeSpan.FromSeconds(100), MinWeightPercent = 10 };

    [Fact]
    public void The_first_endpoints_have_their_whole_share_at_once()
    {
        using var fleet = New(4, Window);
        fleet.Ask(400);
        Assert.Equal([100, 100, 100, 100], fleet.TakeAsked());
    }

    [Theory]
    [InlineData(1, 0.1, 0.25, 0.5)]
    [InlineData(2, 0.1, 0.5, 0.7071)]
    public void A_new_endpoint_comes_to_its_share_within_the_window(double aggression, double first, double quarter, double half)
    {
        using var fleet = New(4, Window with { Aggression = aggression });
        var all = fleet.Mesh.Proxy.Clusters.Single().Config.Endpoints;
        fleet.Configure(config => config with { Endpoints = all[..3] });
        fleet.Configure(config => config with { Endpoints = all });
        Near(first);
        fleet.Pass(25);
        Near(quarter);
        fleet.Pass(25);
        Near(half);
        fleet.Pass(51);
        fleet.Ask(400);
        Assert.Equal([100, 100, 100, 100], fleet.TakeAsked());

        void Near(double share)
        {
            fleet.Ask(4000);
            var asked = fleet.TakeAsked();
            Assert.InRange(asked[3] / (double)asked[0], share * 0.85 - 0.02, share * 1.15 + 0.02);
        }
    }

    [Fact]
    public void One_that_was_ejected_begins_anew()
    {
        using var fleet = New(4, Window, new OutlierConfig { MaxEjectionPercent = 100, Consecutive5xx = new(3, 100) });
        fleet.Behave(Status.Failed, 2);
        fleet.Ask(12);
        Assert.Equal([2], fleet.Ejected);
        fleet.Behave(Status.Ok, 2);
        fleet.Pass(30.5);
        fleet.TakeAsked();
        fleet.Ask(4000);
        var asked = fleet.TakeAsked();
        Assert.InRange(asked[2] / (double)asked[0], 0.05, 0.15);
    }

    [Fact]
    public void A_change_of_the_configuration_goes_on_with_what_is_under_way_and_ends_it_with_the_policy()
    {
        using var fleet = New(4, Window);
        var all = fleet.Mesh.Proxy.Clusters.Single().Config.Endpoints;
        fleet.Configure(config => config with { Endpoints = all[..3] });
        fleet.Configure(config => config with { Endpoints = all });
        fleet.Configure(config => config with { ConnectTimeout = TimeSpan.FromSeconds(1) });
        fleet.Ask(4000);
        Assert.InRange(fleet.TakeAsked()[3], 80, 200);
        fleet.Configure(config => config with { Balancer = new() });
        fleet.Ask(400);
        Assert.Equal([100, 100, 100, 100], fleet.TakeAsked());
    }

    private static Fleet New(int servers, SlowStartConfig slowStart, OutlierConfig? outliers = null) =>
        new(servers, cluster => cluster with { Outliers = outliers, Balancer = new() { PanicPercent = 0, SlowStart = slowStart } });
}
