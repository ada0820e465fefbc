using Meltemi.Proxy.Flow;

namespace Meltemi.Tests.Flow;

public class BudgetTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(10, 4)]
    [InlineData(1024, 2)]
    [InlineData(5000, 8)]
    public void Never_more_than_the_limit_and_hardly_less(int limit, int loops)
    {
        var random = new Random(11);
        var budget = new Budget(limit, loops);
        var leases = Enumerable.Range(0, loops).Select(_ => budget.ForLoop()).ToArray();
        var refusedAt = int.MaxValue;
        for (var i = 0; i < limit * 20; i++)
        {
            var lease = leases[random.Next(loops)];
            var used = leases.Sum(each => each.InUse);
            if (random.Next(100) < 60)
            {
                if (!lease.TryTake()) refusedAt = Math.Min(refusedAt, used);
            }
            else if (lease.InUse > 0)
            {
                lease.Return();
            }

            Assert.InRange(leases.Sum(each => each.InUse), 0, limit);
        }

        Assert.InRange(refusedAt, limit - limit / 8, limit);
    }

    [Fact]
    public void A_small_limit_is_not_hoarded_by_one_loop()
    {
        var budget = new Budget(1, 2);
        var (one, other) = (budget.ForLoop(), budget.ForLoop());
        for (var i = 0; i < 3; i++)
        {
            Assert.True(one.TryTake());
            Assert.False(other.TryTake());
            one.Return();
            Assert.True(other.TryTake());
            other.Return();
        }
    }
}
