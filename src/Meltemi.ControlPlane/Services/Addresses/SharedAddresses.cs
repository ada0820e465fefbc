using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Services.Addresses;

/// <summary>
/// Addresses that all controllers on one store agree on: who records one first decides, for all and for ever.
/// <code>
///   addresses/of/HOST = ADDRESS        both are written together, and only if nobody has written either
///   addresses/at/ADDRESS = HOST
/// </code>
/// Members are safe from any thread.
/// </summary>
public sealed class SharedAddresses(ISharedRecords records)
{
    private const string Of = "addresses/of/", At = "addresses/at/";

    /// <summary>A transaction takes at most 128 writes; a claim has at most four.</summary>
    private const int Together = 30;

    /// <summary>The address that is recorded for a host; null: none.</summary>
    public string? AddressOf(string host) => records.Find(Of + host)?.Text;

    /// <summary>The host that an address is recorded for; null: none.</summary>
    public string? HostAt(string address) => records.Find(At + address)?.Text;

    /// <summary>
    /// What would have to be written so that a host has an address: based on what is known now, and void when that changes. What the host had, and who had the
    /// address, lose it.
    /// </summary>
    public AddressClaim Propose(string host, string address)
    {
        var writes = new List<RecordWrite> { Write(Of + host, address), Write(At + address, host) };
        if (AddressOf(host) is { } old && old != address && HostAt(old) == host) writes.Add(Write(At + old, null));
        if (HostAt(address) is { } displaced && displaced != host && AddressOf(displaced) == address) writes.Add(Write(Of + displaced, null));
        return new(host, writes);
    }

    /// <summary>Records claims.</summary>
    /// <returns>The hosts whose claims were void, because another controller was faster; what it recorded is known here now.</returns>
    /// <exception cref="StoreException">The store cannot be written; some of the claims may be recorded.</exception>
    public async Task<IReadOnlyList<string>> ClaimAsync(IReadOnlyList<AddressClaim> claims, CancellationToken cancel)
    {
        var lost = new List<string>();
        foreach (var chunk in Chunks(claims))
        {
            var left = chunk;
            while (left.Length > 0 && !await records.TryWriteAsync([.. left.SelectMany(claim => claim.Writes)], cancel).ConfigureAwait(false))
            {
                lost.AddRange(left.Where(IsVoid).Select(claim => claim.Host));
                left = [.. left.Where(claim => !IsVoid(claim))];
            }
        }

        return lost;
    }

    // Two claims that write the same record cannot be in one transaction.
    private static IEnumerable<AddressClaim[]> Chunks(IReadOnlyList<AddressClaim> claims)
    {
        var apart = claims.SelectMany(claim => claim.Writes).DistinctBy(write => write.Name).Count() < claims.Sum(claim => claim.Writes.Count);
        return claims.Chunk(apart ? 1 : Together);
    }

    private bool IsVoid(AddressClaim claim) => claim.Writes.Any(write => (records.Find(write.Name)?.Revision ?? 0) != write.Expected);

    private RecordWrite Write(string name, string? text) => new(name, text, records.Find(name)?.Revision ?? 0);
}

/// <summary>What has to be written so that a host has an address.</summary>
/// <param name="Host">The host.</param>
/// <param name="Writes">The writes.</param>
public sealed record AddressClaim(string Host, IReadOnlyList<RecordWrite> Writes);
