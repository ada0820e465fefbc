using System.Net;
using System.Numerics;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;
using Meltemi.Proxy.Routing;

namespace Meltemi.Tests.Routing;

public class HashPoliciesTests
{
    private static readonly ulong Client = HashPolicies.OfAddress(IPAddress.Parse("10.1.2.3"));

    [Fact]
    public void A_single_policy_gives_the_hash_of_the_value()
    {
        Assert.Equal(XxHash64.Hash("ann"), HashOf([new("user")], ("user", "ann")));
        Assert.Equal(XxHash64.Hash(""), HashOf([new("user")], ("user", "")));
        Assert.Equal(XxHash64.Hash("10.1.2.3"), HashOf([new(null)]));
    }

    [Fact]
    public void Several_are_combined_by_rotating_and_xor()
    {
        var expected = BitOperations.RotateLeft(XxHash64.Hash("ann"), 1) ^ XxHash64.Hash("10.1.2.3");
        Assert.Equal(expected, HashOf([new("user"), new("missing"), new(null)], ("user", "ann")));
    }

    [Fact]
    public void Nothing_to_hash_gives_no_hash()
    {
        Assert.Null(HashOf([], ("user", "ann")));
        Assert.Null(HashOf([new("missing")], ("user", "ann")));
    }

    [Fact]
    public void A_terminal_policy_ends_the_list_once_there_is_a_hash()
    {
        Assert.Equal(XxHash64.Hash("ann"), HashOf([new("user", true), new(null)], ("user", "ann")));
        Assert.Equal(Client, HashOf([new("user", true), new(null)]));
        Assert.Equal(XxHash64.Hash("ann"), HashOf([new("user"), new("missing", true), new(null)], ("user", "ann")));
    }

    [Fact]
    public void A_mapped_client_address_hashes_like_the_plain_one() =>
        Assert.Equal(Client, HashPolicies.OfAddress(IPAddress.Parse("::ffff:10.1.2.3")));

    private static ulong? HashOf(HashPolicy[] policies, params (string, string)[] attributes)
    {
        var keys = new AttributeKeys(["user", "missing"]);
        var message = new Message(keys).Set(attributes);
        return new HashPolicies(policies, keys).TryHash(message.Bytes, message.Values, Client, out var hash) ? hash : null;
    }
}
