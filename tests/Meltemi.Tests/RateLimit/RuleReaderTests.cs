using Envoy.Extensions.Common.Ratelimit.V3;
using Meltemi.RateLimit.Rules;
using Ratelimit.Config.Ratelimit.V3;
using Descriptor = Envoy.Extensions.Common.Ratelimit.V3.RateLimitDescriptor;

namespace Meltemi.Tests.RateLimit;

public class RuleReaderTests
{
    private const string Example = """
        domain: shop
        descriptors:
          - key: database
            value: users
            rate_limit: { unit: second, requests_per_unit: 500, name: users }
          - key: database
            rate_limit: { unit: MINUTE, requests_per_unit: 5 }
          - key: path
            value: /api/*
            rate_limit: { unit: Week, requests_per_unit: 7 }
          - key: path
            value: /api/v2/*
            rate_limit: { unit: year, requests_per_unit: 8, window: sliding }
          - key: tier
            value: gold
            rate_limit: { unlimited: true, replaces: [ { name: users } ] }
            shadow_mode: true
            detailed_metric: true
            descriptors:
              - key: user
                rate_limit: { unit: day, requests_per_unit: 9 }
        """;

    [Theory]
    [InlineData("database=users", "500 Second")]
    [InlineData("database=others", "5 Minute")]
    [InlineData("path=/api/v1/x", "7 Week")]
    [InlineData("path=/api/v2/x", "8 Year")]
    [InlineData("path=/other", null)]
    [InlineData("tier=gold,user=ann", "9 Day")]
    [InlineData("tier=silver,user=ann", null)]
    [InlineData("user=ann", null)]
    [InlineData("database=users,user=ann", null)]
    public void A_descriptor_has_the_limit_where_its_last_entry_leads(string descriptor, string? limit) =>
        Assert.Equal(limit, Find(Example, descriptor) is { } rule ? $"{rule.RequestsPerUnit} {rule.Unit}" : null);

    [Fact]
    public void Everything_about_a_limit_is_taken_over()
    {
        var gold = Find(Example, "tier=gold")!;
        Assert.True(gold.Unlimited && gold.ShadowMode && gold.DetailedMetric);
        Assert.Equal("users", Assert.Single(gold.Replaces));
        Assert.Equal("tier_gold user", string.Join(' ', Find(Example, "tier=gold,user=ann")!.Path));
        Assert.Equal("users", Find(Example, "database=users")!.Name);
        Assert.Equal((true, false), (Find(Example, "path=/api/v2/x")!.Sliding, Find(Example, "path=/api/v1/x")!.Sliding));
        Assert.True(Find(Example, "path=/api/v1/x", sliding: true)!.Sliding);
        Assert.Null(Find(Example, "database=users", domain: "another"));
    }

    [Fact]
    public void Every_mistake_is_named_with_its_place()
    {
        var problems = RuleFiles.Read([("limits.yaml", """
            domain: shop
            descriptors:
              - key: a
                rate_limit: { unit: fortnight, requests_per_unit: 5 }
              - key: b
                rate_limit: { unit: second }
              - key: b
                rate_limit: { requests_per_unit: 1, unlimited: true }
              - value: c
                rate_limits: { unit: second, requests_per_unit: 5 }
              - key: d
                rate_limit: { requests_per_unit: -1, unit: second, name: d, replaces: [ { name: d } ] }
            """)]);

        Assert.Null(problems.Rules);
        Assert.Equal(
            [
                "4:25 descriptors[0].rate_limit.unit: expected one of UNKNOWN, SECOND, MINUTE, HOUR, DAY, MONTH, YEAR, WEEK, found `fortnight`",
                "6:5 descriptors[1].rate_limit.requests_per_unit: 'requests_per_unit' is missing; 0 refuses everything",
                "7:5 descriptors[2]: there is another descriptor with key 'b' and no value in this list",
                "8:5 descriptors[2].rate_limit: 'unlimited' excludes unit and requests_per_unit",
                "9:5 descriptors[3].key: 'key' is missing",
                "9:5 descriptors[3]: limits nothing: there is neither a rate_limit nor descriptors below",
                "10:5 descriptors[3].rate_limits: 'rate_limits' is unknown; did you mean 'rate_limit'?",
                "12:38 descriptors[4].rate_limit.requests_per_unit: must be from 0 to 4294967295, not -1",
                "12:79 descriptors[4].rate_limit.replaces[0].name: 'd' is the limit's own name",
            ],
            problems.Problems.Select(found => found.Problem.ToString()));
    }

    [Fact]
    public void A_domain_is_in_one_file()
    {
        var read = RuleFiles.Read([("a.yaml", "domain: shop"), ("b.yaml", "domain: shop"), ("c.yaml", "descriptors: []")]);
        Assert.Null(read.Rules);
        Assert.Equal(
            ["b.yaml 1:1 domain: the domain 'shop' is already in a.yaml", "c.yaml 1:1 domain: 'domain' is missing"],
            read.Problems.Select(found => $"{found.File} {found.Problem}"));
    }

    private static LimitRule? Find(string text, string descriptor, bool sliding = false, string domain = "shop")
    {
        var read = RuleFiles.Read([("limits.yaml", text)], sliding);
        Assert.Empty(read.Problems);
        return read.Rules!.Find(domain, Parse(descriptor));
    }

    internal static Descriptor Parse(string text)
    {
        var descriptor = new Descriptor();
        foreach (var entry in text.Split(','))
        {
            var parts = entry.Split('=', 2);
            descriptor.Entries.Add(new Descriptor.Types.Entry { Key = parts[0], Value = parts[1] });
        }

        return descriptor;
    }
}
