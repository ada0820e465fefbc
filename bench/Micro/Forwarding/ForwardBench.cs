using BenchmarkDotNet.Attributes;
using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Bench.Micro.Forwarding;

/// <summary>What does a request cost, there and back, without the kernel: decode, attributes, route, forward, match the answer, metrics?</summary>
[MemoryDiagnoser]
public class ForwardBench
{
    private const int Batch = 64;
    private ForwardingRig? _dubbo;
    private ForwardingRig? _thrift;

    [GlobalSetup]
    public void Start()
    {
        _dubbo = Dubbo();
        _thrift = Thrift();
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void DubboByInterfaceMethodAndAttachment() => _dubbo!.Run(1);

    [Benchmark(OperationsPerInvoke = Batch)]
    public void ThriftFramedByMethod() => _thrift!.Run(1);

    internal static ForwardingRig Dubbo() => new(
        new DubboCodecFactory().Create(new CodecOptions()), Messages.DubboRequest(), Messages.DubboAnswer(), Batch, null,
        Route(("method", "nothing")), Route(("interface", "org.meltemi.bench.EchoService"), ("method", "echo"), ("user", "gold")));

    internal static ForwardingRig Thrift() => new(
        new ThriftCodecFactory().Create(new CodecOptions()), Messages.ThriftCall(), Messages.ThriftCall(type: 2), Batch, PoolMode.Multiplexed,
        Route(("method", "echo")));

    private static RouteConfig Route(params (string Attribute, string Value)[] conditions) => new()
    {
        Name = "matched", Clusters = [new("main", 1)],
        Match = [.. conditions.Select(condition => new AttributeMatch(condition.Attribute, new ExactMatch(condition.Value)))],
    };
}
