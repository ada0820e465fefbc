using BenchmarkDotNet.Attributes;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;

namespace Meltemi.Bench.Micro.Routing;

/// <summary>What does a match cost among many routes that each ask for an interface and a method?</summary>
public class RouteMatchExact
{
    private AttributeMessage _message = null!;

    [Params(1, 100, 10_000)]
    public int Routes { get; set; }

    [Params("first", "last", "none")]
    public string Hit { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        // Fifty methods per interface, as real services have; names as long as theirs.
        var routes = Enumerable.Range(0, Routes).Select(i => new RouteConfig
        {
            Name = $"{i}",
            Match = [new("interface", new ExactMatch(Interface(i))), new("method", new ExactMatch(Method(i)))],
            Clusters = [new("c", 1)],
        });
        var wanted = Hit == "last" ? Routes - 1 : 0;
        var method = Hit == "none" ? "unknown" : Method(wanted);
        _message = new AttributeMessage(routes, ("interface", Interface(wanted)), ("method", method))
            .Expect(Hit == "none" ? null : $"{wanted}");
    }

    [Benchmark]
    public Route? Match() => _message.Match();

    private static string Interface(int i) => $"com.example.commerce.orders.OrderService{i / 50}";

    private static string Method(int i) => $"findOrdersByCustomer{i}";
}
