using AwesomeRpc.Codec;
using BenchmarkDotNet.Attributes;
using Meltemi.Codec;
using Meltemi.Protocols.Bolt;

namespace Meltemi.Bench.Micro.Declared;

/// <summary>What does a described protocol cost beside the same protocol in code? AwesomeRPC and Bolt v1, step by step; the results are compared first.</summary>
[MemoryDiagnoser]
public class DeclaredBench
{
    private const int Batch = 1000;

    private Steps? _code;
    private Steps? _declared;

    [Params("awesomerpc", "bolt")]
    public string Protocol { get; set; } = "awesomerpc";

    [GlobalSetup]
    public void Start()
    {
        (_code, _declared) = Pair(Protocol);
        _code.CheckSame(_declared);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int DecodeInCode() => _code!.Decode(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int DecodeDeclared() => _declared!.Decode(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ReadInCode() => _code!.Read(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ReadDeclared() => _declared!.Read(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int PatchInCode() => _code!.Patch(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int PatchDeclared() => _declared!.Patch(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int RewriteInCode() => _code!.Rewrite(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int RewriteDeclared() => _declared!.Rewrite(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ReplyInCode() => _code!.Reply(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ReplyDeclared() => _declared!.Reply(Batch);

    /// <summary>A protocol in code and as described.</summary>
    internal static (Steps Code, Steps Declared) Pair(string protocol)
    {
        var isBolt = protocol == "bolt";
        var (request, answer) = isBolt ? (DeclaredMessages.BoltRequest(), DeclaredMessages.BoltAnswer()) : (DeclaredMessages.AwesomeRequest(), DeclaredMessages.AwesomeAnswer());
        string[] keys = isBolt ? ["interface", "method", "user", "timeout"] : ["service", "command", "user", "timeout"];
        ICodec code = isBolt ? new BoltCodec(new()) : new AwesomeRpcCodecFactory().Create(new());
        var declared = DeclaredMessages.Load(isBolt ? "bolt-v1.yaml" : "awesomerpc.yaml");
        return (new(code, request, answer, keys), new(declared, request, answer, keys));
    }
}
