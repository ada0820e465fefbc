using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Services.Addresses;

/// <summary>Where it is kept which address a service got.</summary>
public interface IAddressLedger
{
    /// <summary>What was kept; nothing if there is no record yet.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    ImmutableArray<AddressLease> Load();

    /// <summary>Keeps these instead of the earlier ones, all or nothing.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Save(ImmutableArray<AddressLease> leases);
}

/// <summary>Addresses that last as long as the program.</summary>
public sealed class NoAddressLedger : IAddressLedger
{
    /// <inheritdoc/>
    public ImmutableArray<AddressLease> Load() => [];

    /// <inheritdoc/>
    public void Save(ImmutableArray<AddressLease> leases)
    {
    }
}
