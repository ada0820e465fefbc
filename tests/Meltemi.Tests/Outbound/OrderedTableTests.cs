using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;

namespace Meltemi.Tests.Outbound;

public class OrderedTableTests
{
    [Fact]
    public void Answers_meet_their_requests_in_order_and_those_given_up_leave_a_gap()
    {
        var table = new OrderedTable();
        var exchanges = Enumerable.Range(0, 20).Select(i => new Exchange(null!) { Memo = i }).ToArray();
        foreach (var exchange in exchanges) table.Add(exchange);
        table.Forget(exchanges[3]);

        for (var i = 0; i < exchanges.Length; i++)
        {
            Assert.Equal(i, table.HeadMemo);
            Assert.Same(i == 3 ? null : exchanges[i], table.Take());
        }

        Assert.Equal(0, table.Count);
        Assert.Null(table.Any());
    }
}
