using System.Net;
using System.Security.Cryptography;
using System.Text;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Tests.Balancing;

public class HashRingTests
{
    private static readonly BalancerConfig Ketama = new() { Kind = BalancerKind.RingHash, Ketama = true };

    [Theory]
    [InlineData(1024, 8388608, new uint[] { 1, 1, 1 }, new[] { 342, 342, 342 })]
    [InlineData(1024, 8388608, new uint[] { 1, 2, 1 }, new[] { 256, 512, 256 })]
    [InlineData(7, 8388608, new uint[] { 1, 1, 1, 1, 1, 1 }, new[] { 2, 2, 2, 2, 2, 2 })]
    [InlineData(1024, 12, new uint[] { 1, 1, 4 }, new[] { 2, 2, 8 })]
    public void Points_are_as_many_as_the_weights_say(int least, int most, uint[] weights, int[] expected)
    {
        var ring = Build(new() { Kind = BalancerKind.RingHash, MinRingSize = least, MaxRingSize = most }, weights).Ring!;
        var counts = new int[weights.Length];
        for (var i = 0; i < ring.Count; i++) counts[ring.Owner(i)]++;
        Assert.Equal(expected, counts);
    }

    [Fact]
    public void Points_are_hashes_of_key_and_number()
    {
        var ring = Build(new() { Kind = BalancerKind.RingHash, MinRingSize = 6 }, 1, 1, 1).Ring!;
        var expected = new[] { "10.0.0.1:80_0", "10.0.0.1:80_1", "10.0.0.2:80_0", "10.0.0.2:80_1", "10.0.0.3:80_0", "10.0.0.3:80_1" };
        Assert.Equal(expected.Select(key => XxHash64.Hash(key)).Order(), ring.Points.ToArray());
    }

    [Fact]
    public void A_hash_belongs_to_the_next_point_and_past_the_last_to_the_first()
    {
        var ring = Build(new() { Kind = BalancerKind.RingHash, MinRingSize = 64 }, 1, 1, 1, 1).Ring!;
        var points = ring.Points.ToArray();
        for (var i = 0; i < points.Length; i++)
        {
            Assert.Equal(i, ring.Find(points[i]));
            Assert.Equal(i, ring.Find(points[i] - 1));
            Assert.Equal((i + 1) % points.Length, ring.Find(points[i] + 1));
        }

        Assert.Equal(0, ring.Find(0));
        Assert.Equal(0, ring.Find(ulong.MaxValue));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 1000)]
    [InlineData(false, 1024)]
    [InlineData(true, 0)]
    public void Any_hash_finds_what_a_scan_finds(bool ketama, int size)
    {
        var ring = Build(new() { Kind = BalancerKind.RingHash, MinRingSize = size, Ketama = ketama }, 1, 2, 3).Ring!;
        var points = ring.Points.ToArray();
        ulong random = 1;
        for (var i = 0; i < 5000; i++)
        {
            var hash = Bits.Next(ref random);
            var place = ketama ? (uint)hash : hash;
            Assert.Equal(Math.Max(0, Array.FindIndex(points, point => point >= place)), ring.Find(hash));
        }
    }

    // Facts about libketama's placement that the tests of a Java client (spymemcached) record for servers 127.0.0.1:10000 and up.
    [Theory]
    [InlineData(4, "dustin", 0)]
    [InlineData(4, "noelani", 2)]
    [InlineData(4, "some other key", 0)]
    [InlineData(4, "V5XS8C8N", 3)]
    [InlineData(4, "8KR2DKR2", 3)]
    [InlineData(4, "L9KH6X4X", 3)]
    [InlineData(5, "dustin", 0)]
    [InlineData(5, "noelani", 2)]
    [InlineData(5, "some other key", 4)]
    [InlineData(5, "36", 2)]
    [InlineData(5, "10037", 3)]
    [InlineData(5, "22051", 1)]
    [InlineData(5, "49044", 4)]
    public void Ketama_places_keys_where_other_clients_do(int servers, string key, int expected)
    {
        var endpoints = Enumerable.Range(0, servers).Select(i => new Endpoint(new IPEndPoint(IPAddress.Loopback, 10000 + i)));
        var ring = new EndpointSet([.. endpoints], Ketama).Hosts.Undivided!.Ring!;
        Assert.Equal(servers * 160, ring.Count);
        Assert.Equal(expected, ring.Owner(ring.Find(HashRing.KetamaHash(Encoding.UTF8.GetBytes(key)))));
        if (servers == 4) Assert.Equal(4294887009UL, ring.Points[^1]);
    }

    [Fact]
    public void Ketama_weighs_as_an_independent_count_says()
    {
        // 40 digests for an average weight, rounded down, four points each.
        var ring = Build(Ketama, 1, 2, 4).Ring!;
        var expected = new List<ulong>();
        foreach (var (host, digests) in new[] { (1, 17), (2, 34), (3, 68) })
        {
            for (var i = 0; i < digests; i++)
            {
                var digest = MD5.HashData(Encoding.UTF8.GetBytes($"10.0.0.{host}:80-{i}"));
                for (var j = 0; j < 16; j += 4)
                {
                    expected.Add(digest[j] | (ulong)digest[j + 1] << 8 | (ulong)digest[j + 2] << 16 | (ulong)digest[j + 3] << 24);
                }
            }
        }

        Assert.Equal(expected.Order(), ring.Points.ToArray());
    }

    private static EndpointGroup Build(BalancerConfig config, params uint[] weights) =>
        new EndpointSet([.. weights.Select((weight, i) => new Endpoint(new IPEndPoint(IPAddress.Parse($"10.0.0.{i + 1}"), 80), weight))], config).Hosts.Undivided!;
}
