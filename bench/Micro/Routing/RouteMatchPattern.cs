using BenchmarkDotNet.Attributes;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;

namespace Meltemi.Bench.Micro.Routing;

/// <summary>What do the conditions cost that no index helps with?</summary>
public class RouteMatchPattern
{
    private AttributeMessage _message = null!;

    [Params("prefix", "prefix-nocase", "suffix", "contains", "range", "regex", "regex-alternation")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        ValueMatch match = Kind switch
        {
            "prefix" => new PrefixMatch("com.example.commerce."),
            "prefix-nocase" => new PrefixMatch("com.Example.Commerce.", true),
            "suffix" => new SuffixMatch("Service"),
            "contains" => new ContainsMatch(".orders."),
            "range" => new RangeMatch(1000, 2000),
            "regex" => new RegexMatch(@"com\.example\.(\w+\.)*Order\w*"),
            _ => new RegexMatch("v1|v2|com.example.commerce.orders.OrderService"),
        };
        var value = Kind == "range" ? "1234" : "com.example.commerce.orders.OrderService";
        var route = new RouteConfig { Name = "r", Match = [new("a", match)], Clusters = [new("c", 1)] };
        _message = new AttributeMessage([route], ("a", value)).Expect("r");
    }

    [Benchmark]
    public Route? Match() => _message.Match();
}
