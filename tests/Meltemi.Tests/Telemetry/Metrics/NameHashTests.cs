using System.Text;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Tests.Telemetry.Metrics;

public class NameHashTests
{
    [Fact]
    public void Every_byte_its_place_and_the_number_count()
    {
        var seen = new HashSet<int>();
        var count = 0;
        for (var length = 0; length <= 40; length++)
        {
            var name = new byte[length];
            for (var split = 0; split <= length; split++, count++) seen.Add(NameHash.Of(name.AsSpan(0, split), name.AsSpan(split), 0));
            for (var at = 0; at < length; at++, count++)
            {
                name[at] = 1;
                seen.Add(NameHash.Of(name, default, 0));
                name[at] = 0;
            }
        }

        for (var number = 1; number <= 1000; number++, count++) seen.Add(NameHash.Of(default, default, number));
        Assert.InRange(count - seen.Count, 0, 3); // 2,681 values of 32 bits: one collision would already be rare
    }

    [Fact]
    public void The_low_bits_are_spread_as_a_table_needs()
    {
        var buckets = new int[1024];
        for (var i = 0; i < 1024; i++) buckets[NameHash.Of("org.Demo"u8, Encoding.UTF8.GetBytes($"method{i}"), 3) & 1023]++;

        Assert.InRange(buckets.Max(), 2, 12);
        Assert.InRange(buckets.Count(n => n > 0), 550, 750); // 1 - 1/e of 1,024 is 647
    }
}
