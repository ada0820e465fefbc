using Meltemi.Codec;
using Meltemi.Proxy.Telemetry;

namespace Meltemi.Proxy.Filters.Faults;

/// <summary>The faults of an exchange; all zero: it has none.</summary>
internal struct FaultState
{
    /// <summary>Where it counts as active; null: it does not.</summary>
    public FaultPolicy? Policy;

    /// <summary>What is still to be done to it.</summary>
    public Fault Fault;

    /// <summary>What waits is the answer.</summary>
    public bool OfAnswer;

    /// <summary>It had to wait, which the log says.</summary>
    public bool Delayed;

    /// <summary>Its client is not read meanwhile.</summary>
    public bool Brakes;

    /// <summary>The protocol's error for a reason: of an injected one the kind that was chosen.</summary>
    public readonly ReplyReason ErrorFor(ReplyReason reason) => reason == ReplyReason.Fault ? Fault.Error ?? reason : reason;

    /// <summary>The flag that tells of a delay too, where nothing else is to be told.</summary>
    public readonly ResponseFlag Flag(ResponseFlag flag) => !Delayed ? flag : flag switch
    {
        ResponseFlag.None => ResponseFlag.DelayInjected,
        ResponseFlag.FaultInjected => ResponseFlag.DelayAndFaultInjected,
        _ => flag,
    };
}
