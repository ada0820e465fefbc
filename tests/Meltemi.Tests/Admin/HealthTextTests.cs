using Meltemi.Proxy.Admin.Pages;
using Meltemi.Proxy.Balancing;

namespace Meltemi.Tests.Admin;

public class HealthTextTests
{
    [Theory]
    [InlineData(HealthFlags.None, "healthy")]
    [InlineData(HealthFlags.FailedCheck | HealthFlags.Ejected, "/failed_active_hc/failed_outlier_check")]
    [InlineData(HealthFlags.ToldDraining, "/eds_status_draining")]
    [InlineData(HealthFlags.Warming, "/warming_up")]
    public void Health_is_told_in_Envoys_words(HealthFlags health, string text) => Assert.Equal(text, HealthText.Flags(health));

    [Fact]
    public void A_go_away_shows_however_many_loops_heard_it()
    {
        var health = new EndpointHealth();
        for (var i = 0; i < 3; i++) health.GoAway(1);
        Assert.Equal("/went_away", HealthText.Flags(health.Flags));
        for (var i = 0; i < 3; i++) health.GoAway(-1);
        Assert.Equal("healthy", HealthText.Flags(health.Flags));
    }
}
