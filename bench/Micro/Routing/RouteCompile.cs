using BenchmarkDotNet.Attributes;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;

namespace Meltemi.Bench.Micro.Routing;

/// <summary>How long does a push of a big table take to compile?</summary>
public class RouteCompile
{
    private RouteTableConfig _config = null!;
    private AttributeKeys _keys = null!;

    [Params(100, 10_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _config = new()
        {
            Routes =
            [
                .. Enumerable.Range(0, Routes).Select(i => new RouteConfig
                {
                    Match = [new("interface", new ExactMatch($"com.example.Orders{i / 50}")), new("method", new ExactMatch($"find{i}"))],
                    Clusters = [new($"c{i % 300}", 1)],
                }),
            ],
        };
        _keys = new(RouteTable.WantedKeys(_config));
    }

    [Benchmark]
    public RouteTable Compile() => RouteTable.Compile(_config, _keys);
}
