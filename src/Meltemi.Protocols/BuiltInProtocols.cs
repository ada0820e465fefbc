using Meltemi.Codec;
using Meltemi.Protocols.Bolt;
using Meltemi.Protocols.Brpc;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Tars;
using Meltemi.Protocols.Thrift;
using Meltemi.Protocols.Trpc;

namespace Meltemi.Protocols;

/// <summary>The protocols that come with Meltemi: the one list of them.</summary>
public static class BuiltInProtocols
{
    /// <summary>Their factories, by the protocols' names.</summary>
    public static IReadOnlyList<ICodecFactory> All { get; } =
    [
        new BoltCodecFactory(),
        new BrpcCodecFactory(),
        new DubboCodecFactory(),
        new TarsCodecFactory(),
        new ThriftCodecFactory(),
        new TrpcCodecFactory(),
    ];

    /// <summary>Adds them all.</summary>
    public static CodecRegistry Register(CodecRegistry registry)
    {
        foreach (var factory in All) registry.Add(factory);
        return registry;
    }
}
