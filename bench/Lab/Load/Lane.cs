using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Load;

/// <summary>
/// A way through the arms: a port of each, and the protocol that is spoken there. Lanes of one protocol differ in how the meltemi arm is configured;
/// to the others they are the same.
/// </summary>
/// <param name="Name">Name in scenarios and in the arm's configuration.</param>
/// <param name="Protocol">What is spoken.</param>
internal sealed record Lane(string Name, ProtocolKind Protocol)
{
    public static readonly Lane Dubbo = new("dubbo", ProtocolKind.Dubbo);

    public static readonly Lane Thrift = new("thrift", ProtocolKind.Thrift);

    /// <summary>The requests of several clients share an upstream connection, though the default does not.</summary>
    public static readonly Lane SharedThrift = new("thrift-shared", ProtocolKind.Thrift);

    public static readonly Lane Bolt = new("bolt", ProtocolKind.Bolt);

    /// <summary>Bolt by its description in samples/protocols: what a protocol costs that no code knows.</summary>
    public static readonly Lane DescribedBolt = new("bolt-described", ProtocolKind.Bolt);

    public static readonly Lane[] All = [Dubbo, Thrift, SharedThrift, Bolt, DescribedBolt];
}

/// <summary>The protocols that the lab speaks.</summary>
internal enum ProtocolKind
{
    /// <summary>Dubbo with Hessian 2.</summary>
    Dubbo,

    /// <summary>Thrift, framed, strict binary.</summary>
    Thrift,

    /// <summary>SOFABolt, version 1.</summary>
    Bolt,
}
