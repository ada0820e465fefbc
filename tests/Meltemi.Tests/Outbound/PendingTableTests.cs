using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;

namespace Meltemi.Tests.Outbound;

public class PendingTableTests
{
    [Fact]
    public void Random_additions_and_removals_agree_with_a_dictionary()
    {
        var random = new Random(7);
        var table = new PendingTable(maxId: 1000);
        var model = new Dictionary<ulong, Exchange>();
        for (var i = 0; i < 20_000; i++)
        {
            if (model.Count < 300 && random.Next(100) < 55)
            {
                var exchange = new Exchange(null!);
                var id = table.Add(exchange);
                Assert.InRange(id, 1UL, 1000UL);
                Assert.True(model.TryAdd(id, exchange), "an id in flight was given out again");
            }
            else if (model.Count > 0)
            {
                var (id, exchange) = model.ElementAt(random.Next(model.Count));
                Assert.Same(exchange, table.Find(id));
                table.Remove(exchange);
                Assert.Null(table.Find(id));
                model.Remove(id);
            }

            Assert.Equal(model.Count, table.Count);
        }

        Assert.All(model, pair => Assert.Same(pair.Value, table.Find(pair.Key)));
    }

    [Fact]
    public void An_id_that_was_used_is_told_from_one_that_never_was()
    {
        var table = new PendingTable(long.MaxValue);
        var exchange = new Exchange(null!);
        var id = table.Add(exchange);
        table.Remove(exchange);

        Assert.True(table.WasUsed(id));
        Assert.False(table.WasUsed(id + 1));
        Assert.Null(table.Any());
    }
}
