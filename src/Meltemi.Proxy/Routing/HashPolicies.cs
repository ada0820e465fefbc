using System.Net;
using System.Numerics;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Routing;

/// <summary>
/// The compiled hash policies of a route. Hashes are xxHash64 of the value and are combined as Envoy does it (rotate left by one, xor), so
/// that a request goes to the same endpoint through any of the two.
/// </summary>
public sealed class HashPolicies
{
    private readonly (int Slot, bool ClientAddress, bool Terminal)[] _policies;

    /// <summary>Compiles policies for messages whose values are read with <paramref name="keys"/>.</summary>
    public HashPolicies(IEnumerable<HashPolicy> policies, AttributeKeys keys) =>
        _policies = policies.Select(policy => (keys.IndexOf(policy.Attribute), policy.Attribute is null, policy.Terminal)).ToArray();

    /// <summary>The hash of a client address, of its text without port. Made once per connection; allocates.</summary>
    public static ulong OfAddress(IPAddress address) =>
        XxHash64.Hash((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());

    /// <summary>The combined hash of a message; false if no policy gave one (there is none, or the attributes are missing).</summary>
    /// <param name="message">The message.</param>
    /// <param name="values">Its attributes.</param>
    /// <param name="client"><see cref="OfAddress"/> of the client; null if it has no IP address.</param>
    /// <param name="hash">The hash; 0 if there is none.</param>
    public bool TryHash(ReadOnlySpan<byte> message, AttributeValues values, ulong? client, out ulong hash)
    {
        hash = 0;
        var any = false;
        foreach (var (slot, clientAddress, terminal) in _policies)
        {
            if (clientAddress ? client.HasValue : values.Has(slot))
            {
                var one = clientAddress ? client.GetValueOrDefault() : XxHash64.Hash(values.Get(slot, message));
                hash = any ? BitOperations.RotateLeft(hash, 1) ^ one : one;
                any = true;
            }

            // As in Envoy, a terminal policy also ends the list if only an earlier one gave a hash.
            if (terminal && any) break;
        }

        return any;
    }
}
