using BenchmarkDotNet.Attributes;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;

namespace Meltemi.Bench.Micro.Routing;

/// <summary>What does a scan cost: routes with prefixes, the last of which matches?</summary>
public class RouteMatchPrefixes
{
    private AttributeMessage _message = null!;

    [Params(1, 100, 1000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var routes = Enumerable.Range(0, Routes).Select(i => new RouteConfig
        {
            Name = $"{i}",
            Match = [new("interface", new PrefixMatch($"com.example.commerce{i}."))],
            Clusters = [new("c", 1)],
        });
        _message = new AttributeMessage(routes, ("interface", $"com.example.commerce{Routes - 1}.OrderService")).Expect($"{Routes - 1}");
    }

    [Benchmark]
    public Route? Match() => _message.Match();
}
