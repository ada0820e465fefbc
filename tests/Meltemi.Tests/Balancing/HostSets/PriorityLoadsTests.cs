using Meltemi.Proxy.Balancing.HostSets;

namespace Meltemi.Tests.Balancing.HostSets;

public class PriorityLoadsTests
{
    // The rows of the tables in Envoy's page on priority levels, with a hundred endpoints each; what rounding leaves over goes to the first.
    [Theory]
    [InlineData(new[] { 100, 100 }, new[] { 100, 0 })]
    [InlineData(new[] { 72, 100 }, new[] { 100, 0 })]
    [InlineData(new[] { 71, 100 }, new[] { 99, 1 })]
    [InlineData(new[] { 50, 100 }, new[] { 70, 30 })]
    [InlineData(new[] { 25, 100 }, new[] { 35, 65 })]
    [InlineData(new[] { 0, 100 }, new[] { 0, 100 })]
    [InlineData(new[] { 72, 72 }, new[] { 100, 0 })]
    [InlineData(new[] { 71, 71 }, new[] { 99, 1 })]
    [InlineData(new[] { 50, 60 }, new[] { 70, 30 })]
    [InlineData(new[] { 25, 50 }, new[] { 35, 65 })]
    [InlineData(new[] { 25, 25 }, new[] { 50, 50 })]
    [InlineData(new[] { 0, 25 }, new[] { 0, 100 })]
    [InlineData(new[] { 0, 0 }, new[] { 0, 0 })]
    [InlineData(new[] { 25, 25, 100 }, new[] { 35, 35, 30 })]
    [InlineData(new[] { 25, 25, 20 }, new[] { 37, 35, 28 })]
    [InlineData(new[] { 25, 0, 25 }, new[] { 50, 0, 50 })]
    public void Priorities_share_as_Envoys_documentation_says(int[] available, int[] expected)
    {
        var shares = new int[available.Length];
        PriorityLoads.Share(available, Array.ConvertAll(available, _ => 100), 140, shares);
        Assert.Equal(expected, shares);
    }

    [Fact]
    public void One_endpoint_of_thousands_still_serves_if_there_is_no_other()
    {
        var shares = new int[2];
        PriorityLoads.Share([1, 0], [5000, 10], 140, shares);
        Assert.Equal([100, 0], shares);
    }

    [Fact]
    public void A_priority_without_endpoints_gets_nothing()
    {
        var shares = new int[2];
        PriorityLoads.Share([0, 1], [0, 1], 140, shares);
        Assert.Equal([0, 100], shares);
    }

    [Theory]
    [InlineData(100, 90, 10)]
    [InlineData(200, 100, 0)]
    public void The_factor_says_how_much_a_priority_can_bear(int factor, int first, int second)
    {
        var shares = new int[2];
        PriorityLoads.Share([9, 10], [10, 10], factor, shares);
        Assert.Equal([first, second], shares);
    }
}
