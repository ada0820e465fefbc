using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Tests.Stores;

namespace Meltemi.ControlPlane.Tests.Services;

public sealed class AddressAllocatorTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("meltemi-addresses-").FullName;

    [Fact]
    public void A_host_gets_the_same_address_from_any_controller()
    {
        var (one, other) = (Allocator(), Allocator());
        one.Allocate("first.shop.org");

        Assert.Equal(one.Allocate("cart.shop.org"), other.Allocate("cart.shop.org"));
    }

    [Fact]
    public void Two_hosts_never_have_one_address()
    {
        var allocator = Allocator("127.240.0.0/24");

        var given = Enumerable.Range(0, 254).Select(i => allocator.Allocate($"s{i}.shop.org")).ToList();

        Assert.Equal(254, given.Distinct().Count());
        Assert.DoesNotContain(null, given);
        Assert.DoesNotContain("127.240.0.0", given);
        Assert.DoesNotContain("127.240.0.255", given);
    }

    [Fact]
    public void A_full_range_has_no_address_until_one_was_gone_for_the_grace_time()
    {
        var allocator = Allocator("127.240.0.0/30");
        var first = allocator.Allocate("a.shop.org");
        allocator.Allocate("b.shop.org");
        Assert.Null(allocator.Allocate("c.shop.org"));

        allocator.Release("a.shop.org");
        Assert.Null(allocator.Allocate("c.shop.org"));
        Assert.Equal(first, allocator.Allocate("a.shop.org"));
        allocator.Release("a.shop.org");
        _time.Now += TimeSpan.FromHours(1);

        Assert.Equal(first, allocator.Allocate("c.shop.org"));
        Assert.Null(allocator.Allocate("a.shop.org"));
    }

    [Fact]
    public void What_was_given_stays_after_a_restart_even_where_the_hash_says_otherwise()
    {
        var file = new AddressFile(Path.Combine(_folder, "addresses"));
        var before = Allocator("127.240.0.0/28");
        for (var i = 0; i < 14; i++) before.Allocate($"s{i}.shop.org");
        before.Release("s3.shop.org");
        file.Save(before.Leases);

        var after = Allocator("127.240.0.0/28", file.Load());

        for (var i = 13; i >= 0; i--) Assert.Equal(before.Allocate($"s{i}.shop.org"), after.Allocate($"s{i}.shop.org"));
    }

    [Fact]
    public void An_address_that_a_resource_gives_itself_is_for_nobody_else()
    {
        var allocator = Allocator("127.240.0.0/30");
        var mine = allocator.Allocate("a.shop.org")!;

        Assert.Equal("a.shop.org", allocator.Reserve(mine));
        var other = allocator.Allocate("a.shop.org");
        Assert.NotEqual(mine, other);
        Assert.Null(allocator.Allocate("b.shop.org"));

        allocator.Unreserve(mine);
        Assert.Equal(mine, allocator.Allocate("b.shop.org"));
    }

    [Fact]
    public void Records_that_contradict_each_other_or_the_range_are_left_out()
    {
        var allocator = Allocator("127.240.0.0/24", [new("a.org", "127.240.0.9", null), new("b.org", "127.240.0.9", null), new("c.org", "10.0.0.1", null)]);

        Assert.Equal("127.240.0.9", allocator.Allocate("a.org"));
        Assert.NotEqual("127.240.0.9", allocator.Allocate("b.org"));
        Assert.StartsWith("127.240.0.", allocator.Allocate("c.org"));
    }

    [Fact]
    public void Lines_that_cannot_be_read_are_skipped()
    {
        var path = Path.Combine(_folder, "addresses");
        File.WriteAllText(path, "# version 1\n127.240.0.9 a.org\nrubbish\n127.240.0.10 b.org yesterday\n127.240.0.11 c.org 2026-01-01T00:00:00Z\n");

        Assert.Equal(["a.org", "c.org"], new AddressFile(path).Load().Select(lease => lease.Host));
        Assert.Empty(new AddressFile(path + ".none").Load());
    }

    [Theory]
    [InlineData("240.240.0.0")]
    [InlineData("240.240.0.0/31")]
    [InlineData("240.0.0.0/4")]
    [InlineData("fd00::/64")]
    [InlineData("x/16")]
    public void A_range_that_is_none_says_what_one_looks_like(string text) =>
        Assert.Contains("such as 240.240.0.0/16", Assert.Throws<FormatException>(() => AddressRange.Parse(text)).Message);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private AddressAllocator Allocator(string range = "240.240.0.0/16", IEnumerable<AddressLease>? leases = null) =>
        new(AddressRange.Parse(range), TimeSpan.FromHours(1), _time, leases ?? []);
}
