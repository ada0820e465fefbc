using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Services.Addresses;

/// <summary>
/// Gives services addresses. A host's first choice is a hash of its name, so that controllers that know nothing of each other mostly agree; a record of
/// what was given keeps it so over restarts, and collisions apart. With <see cref="SharedAddresses"/> they agree always. Not safe for threads.
/// </summary>
public sealed class AddressAllocator
{
    private readonly AddressRange _range;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private readonly SharedAddresses? _shared;
    private readonly Dictionary<string, AddressClaim> _claims = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lease> _byHost = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _hosts = [];
    private readonly Dictionary<int, int> _given = [];
    private DateTimeOffset _swept = DateTimeOffset.MinValue;

    /// <param name="range">Where addresses come from.</param>
    /// <param name="grace">How long the address of a host that is gone is kept for it.</param>
    /// <param name="time">Clock.</param>
    /// <param name="recorded">What was given in an earlier life.</param>
    /// <param name="shared">What other controllers gave; null: there are none.</param>
    public AddressAllocator(AddressRange range, TimeSpan grace, TimeProvider time, IEnumerable<AddressLease> recorded, SharedAddresses? shared = null)
    {
        _shared = shared;
        _range = range;
        _grace = grace;
        _time = time;
        foreach (var lease in recorded) Restore(lease);
    }

    /// <summary>Where addresses come from.</summary>
    public AddressRange Range => _range;

    /// <summary>Counts changes of <see cref="Leases"/>.</summary>
    public int Version { get; private set; }

    /// <summary>All that is given or kept, by host.</summary>
    public ImmutableArray<AddressLease> Leases =>
        [.. _byHost.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new AddressLease(pair.Key, _range.At(pair.Value.Index), pair.Value.Released))];

    /// <summary>The address of a host, from now on; null: all are taken.</summary>
    public string? Allocate(string host)
    {
        if (Agreed(host) is { } agreed) return agreed;
        if (_byHost.TryGetValue(host, out var lease) && !_given.ContainsKey(lease.Index))
        {
            if (lease.Released is not null) Set(host, lease with { Released = null });
            return _range.At(lease.Index);
        }

        if (lease is not null) Forget(host);
        var index = FindFree(host);
        if (index < 0 && Sweep() > 0) index = FindFree(host);
        if (index < 0) index = FindGone(host);
        if (index < 0) return null;
        var address = Give(host, index);
        if (_shared is not null) _claims[host] = _shared.Propose(host, address);
        return address;
    }

    /// <summary>Takes what was given since the last time and is not recorded where it is shared: it may be somebody else's.</summary>
    public IReadOnlyList<AddressClaim> TakeClaims()
    {
        AddressClaim[] claims = [.. _claims.Values];
        _claims.Clear();
        return claims;
    }

    /// <summary>Claims that could not be recorded yet.</summary>
    public void Return(IEnumerable<AddressClaim> claims)
    {
        foreach (var claim in claims) _claims.TryAdd(claim.Host, claim);
    }

    /// <summary>Another controller was faster: the host has to ask again.</summary>
    public void Lose(string host) => Forget(host);

    /// <summary>The host needs no address any more; it is kept for a while in case it comes back.</summary>
    public void Release(string host)
    {
        if (_byHost.TryGetValue(host, out var lease) && lease.Released is null) Set(host, lease with { Released = _time.GetUtcNow() });
    }

    /// <summary>A resource gives this address itself: nobody else gets it. As often as resources do.</summary>
    /// <returns>The host that had got it before; it has to ask again. Null: nobody.</returns>
    public string? Reserve(string address)
    {
        var index = _range.IndexOf(address);
        if (index < 0) return null;
        _given[index] = _given.GetValueOrDefault(index) + 1;
        return _hosts.GetValueOrDefault(index);
    }

    /// <summary>A resource gives this address no more.</summary>
    public void Unreserve(string address)
    {
        var index = _range.IndexOf(address);
        if (index < 0 || !_given.TryGetValue(index, out var count)) return;
        if (count == 1) _given.Remove(index);
        else _given[index] = count - 1;
    }

    /// <summary><see cref="Sweep"/>, if the last time is a minute ago: nobody needs it sooner unless the range is full.</summary>
    public void SweepNowAndThen()
    {
        var now = _time.GetUtcNow();
        if (now - _swept < TimeSpan.FromMinutes(1)) return;
        _swept = now;
        Sweep();
    }

    /// <summary>Forgets what was released longer ago than the grace time; answers how many.</summary>
    public int Sweep()
    {
        var before = _time.GetUtcNow() - _grace;
        var gone = _byHost.Where(pair => pair.Value.Released <= before).Select(pair => pair.Key).ToList();
        foreach (var host in gone) Forget(host);
        return gone.Count;
    }

    // What is recorded for a host is its address, whatever was given to whom here before it was known.
    private string? Agreed(string host)
    {
        if (_shared?.AddressOf(host) is not { } address || _range.IndexOf(address) is var index && index < 0 || _given.ContainsKey(index)) return null;
        if (_byHost.TryGetValue(host, out var lease) && lease == new Lease(index, null)) return address;
        Forget(host);
        if (_hosts.TryGetValue(index, out var other)) Forget(other);
        return Give(host, index);
    }

    private string Give(string host, int index)
    {
        Set(host, new(index, null));
        _hosts[index] = host;
        return _range.At(index);
    }

    // What is shared is kept for ever; only a range that is full takes it from hosts that are no more.
    private int FindGone(string host) => _shared is null ? -1 : Find(host, index => _shared.HostAt(_range.At(index)) is { } other && !_byHost.ContainsKey(other));

    private int FindFree(string host) => Find(host, index => _shared?.HostAt(_range.At(index)) is null);

    private int Find(string host, Func<int, bool> isFree)
    {
        if (_hosts.Count >= _range.Count) return -1;
        var first = (int)(Hash(host) % (uint)_range.Count);
        for (var i = 0; i < _range.Count; i++)
        {
            var index = (first + i) % _range.Count;
            if (!_hosts.ContainsKey(index) && !_given.ContainsKey(index) && isFree(index)) return index;
        }

        return -1;
    }

    private void Restore(AddressLease lease)
    {
        var index = _range.IndexOf(lease.Address);
        if (index < 0 || _byHost.ContainsKey(lease.Host) || !_hosts.TryAdd(index, lease.Host)) return;
        // A host that does not ask again is one that went away while nobody looked.
        _byHost[lease.Host] = new(index, lease.Released ?? _time.GetUtcNow());
    }

    private void Set(string host, Lease lease)
    {
        _byHost[host] = lease;
        Version++;
    }

    private void Forget(string host)
    {
        if (!_byHost.Remove(host, out var lease)) return;
        _hosts.Remove(lease.Index);
        Version++;
    }

    // FNV-1a: the same on every machine and in every version, unlike string.GetHashCode.
    private static uint Hash(string host)
    {
        var hash = 2166136261;
        foreach (var c in host) hash = (hash ^ c) * 16777619;
        return hash ^ (hash >> 15);
    }

    private sealed record Lease(int Index, DateTimeOffset? Released);
}

/// <summary>An address that a host has.</summary>
/// <param name="Host">Who has it.</param>
/// <param name="Address">The address.</param>
/// <param name="Released">Since when nobody needs it; null: in use.</param>
public sealed record AddressLease(string Host, string Address, DateTimeOffset? Released);
