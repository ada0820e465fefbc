using BenchmarkDotNet.Attributes;

namespace Meltemi.Bench.Micro.Forwarding;

/// <summary>What does a request cost, there and back, without the kernel: decode, attributes, route, forward, match the answer, metrics?</summary>
[MemoryDiagnoser]
public class ForwardBench
{
    private const int Batch = 64;
    private ForwardingRig? _dubbo;
    private ForwardingRig? _dubboRetry;
    private ForwardingRig? _dubboPolicies;
    private ForwardingRig? _thrift;

    [GlobalSetup]
    public void Start()
    {
        _dubbo = Rigs.Dubbo(Batch);
        _dubboRetry = Rigs.Dubbo(Batch, route => route with { Retry = Rigs.Retry });
        _dubboPolicies = Rigs.DubboWithIdlePolicies(Batch);
        _thrift = Rigs.Thrift(Batch);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void DubboByInterfaceMethodAndAttachment() => _dubbo!.Run(1);

    [Benchmark(OperationsPerInvoke = Batch)]
    public void DubboWithARetryThatIsNotNeeded() => _dubboRetry!.Run(1);

    [Benchmark(OperationsPerInvoke = Batch)]
    public void DubboWithAllPoliciesIdle() => _dubboPolicies!.Run(1);

    [Benchmark(OperationsPerInvoke = Batch)]
    public void ThriftFramedByMethod() => _thrift!.Run(1);
}
