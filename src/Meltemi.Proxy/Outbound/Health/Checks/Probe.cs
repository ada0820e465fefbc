using System.Buffers;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Outbound.Health.Checks;

/// <summary>What is said on one connection to find out whether an endpoint is well. Knows neither time nor connections; tests give it bytes.</summary>
internal abstract class Probe
{
    /// <summary>Connecting is all there is to it.</summary>
    public virtual bool OnlyConnects => false;

    /// <summary>Whether another question may follow on the connection.</summary>
    public virtual bool CanAskAgain => true;

    /// <summary>A probe for a connection.</summary>
    public static Probe Of(ProbeConfig config) => config switch
    {
        TcpProbeConfig tcp => new TcpProbe(tcp),
        HttpProbeConfig http => new HttpProbe(http),
        ProtocolProbeConfig protocol => new ProtocolProbe(protocol),
        _ => throw new ArgumentException($"no probe for {config}", nameof(config)),
    };

    /// <summary>Writes the question.</summary>
    public abstract void Ask(IBufferWriter<byte> output);

    /// <summary>Looks at what came; also between questions.</summary>
    /// <param name="data">All bytes not consumed yet.</param>
    /// <param name="output">For what the other side wants to know.</param>
    /// <param name="consumed">How many were.</param>
    public abstract ProbeResult Read(ReadOnlySpan<byte> data, IBufferWriter<byte> output, out int consumed);
}

/// <summary>What an answer says.</summary>
/// <param name="Verdict">Well or not, or that more is to come.</param>
/// <param name="Why">Of a failure: what was wrong.</param>
internal readonly record struct ProbeResult(ProbeVerdict Verdict, string Why = "")
{
    public static ProbeResult NeedMore { get; } = new(ProbeVerdict.NeedMore);

    public static ProbeResult Well { get; } = new(ProbeVerdict.Well);

    public static ProbeResult Failed(string why) => new(ProbeVerdict.Failed, why);
}

/// <summary>Well or not.</summary>
internal enum ProbeVerdict : byte
{
    /// <summary>There is no answer yet.</summary>
    NeedMore,

    /// <summary>It is well.</summary>
    Well,

    /// <summary>One failure.</summary>
    Failed,

    /// <summary>A failure after which there is no doubt.</summary>
    FailedForGood,
}
