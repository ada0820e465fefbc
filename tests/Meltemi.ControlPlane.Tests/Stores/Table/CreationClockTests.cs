using Meltemi.ControlPlane.Stores.Table;

namespace Meltemi.ControlPlane.Tests.Stores.Table;

public class CreationClockTests
{
    [Fact]
    public void A_clock_that_jumps_back_makes_nothing_older_than_what_is_there()
    {
        var time = new ManualTime { Now = DateTimeOffset.UnixEpoch.AddDays(20_000) };
        var clock = new CreationClock(time);
        var first = clock.Next();
        time.Now -= TimeSpan.FromDays(1);

        var second = clock.Next();
        clock.Saw(first.AddHours(1));

        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(20_000), first);
        Assert.Equal(first, second);
        Assert.Equal(first.AddHours(1), clock.Next());
    }
}
