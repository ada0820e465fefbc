using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Bench.Micro.Forwarding;

/// <summary>The proxies that are weighed: a Dubbo one that routes by interface, method and attachment, and a Thrift one by method.</summary>
internal static class Rigs
{
    public static ForwardingRig Dubbo(int batch) => new(
        new DubboCodecFactory().Create(new CodecOptions()), Messages.DubboRequest(), Messages.DubboAnswer(), batch, null,
        Route(("method", "nothing")), Route(("interface", "org.meltemi.bench.EchoService"), ("method", "echo"), ("user", "gold")));

    public static ForwardingRig Thrift(int batch) => new(
        new ThriftCodecFactory().Create(new CodecOptions()), Messages.ThriftCall(), Messages.ThriftCall(type: 2), batch, PoolMode.Multiplexed,
        Route(("method", "echo")));

    private static RouteConfig Route(params (string Attribute, string Value)[] conditions) => new()
    {
        Name = "matched",
        Clusters = [new("main", 1)],
        Match = [.. conditions.Select(condition => new AttributeMatch(condition.Attribute, new ExactMatch(condition.Value)))],
    };
}
