using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Addresses;

namespace Meltemi.ControlPlane.Push;

/// <summary>How the push side works.</summary>
public sealed record PushOptions
{
    /// <summary>What is the same for the whole mesh.</summary>
    public MeshOptions Mesh { get; init; } = new();

    /// <summary>The protocols that this program knows, to check what resources say about their attributes, and to tell services apart at gateways.</summary>
    public CodecRegistry Codecs { get; init; } = new();

    /// <summary>Where it is kept which service got which address.</summary>
    public IAddressLedger Ledger { get; init; } = new NoAddressLedger();

    /// <summary>Addresses that are agreed upon with other controllers; null: there are none.</summary>
    public SharedAddresses? SharedAddresses { get; init; }

    /// <summary>How long to wait for more when only endpoints changed.</summary>
    public Debounce Endpoints { get; init; } = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));

    /// <summary>How long to wait for more when anything else changed.</summary>
    public Debounce Config { get; init; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
}

/// <summary>How long changes are gathered before they are pushed.</summary>
/// <param name="Quiet">Until nothing came for so long,</param>
/// <param name="Longest">but no longer than this after the first.</param>
public sealed record Debounce(TimeSpan Quiet, TimeSpan Longest);
