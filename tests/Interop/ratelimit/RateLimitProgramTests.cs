using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.RateLimit;

/// <summary>The whole service: our program, a real Redis, a client of others.</summary>
public sealed class RateLimitProgramTests
{
    private const string Limits = "domain: shop\ndescriptors: [ { key: user, rate_limit: { unit: hour, requests_per_unit: 3 } } ]";

    [PeerFact(Tools.Node, Tools.Npm, Tools.Redis)]
    public async Task Servers_with_one_Redis_keep_one_limit()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = await RateLimitProgram.StartAsync(Limits, "--redis", redis.Address, "--redis-timeout", "5s");
        await using var other = await RateLimitProgram.StartAsync(Limits, "--redis", redis.Address, "--redis-timeout", "5s");
        await using var client = await RateLimitClient.ConnectAsync(one.EndPoint.Port);
        await using var clientOfOther = await RateLimitClient.ConnectAsync(other.EndPoint.Port);

        var first = await client.AskAsync("user=ann");
        Assert.Equal(
            ("OK", 2, 3, "HOUR"),
            ((string?)first["overallCode"], (int)first["statuses"]![0]!["limitRemaining"]!, (int)first["statuses"]![0]!["currentLimit"]!["requestsPerUnit"]!,
                (string?)first["statuses"]![0]!["currentLimit"]!["unit"]));
        Assert.InRange((int)first["statuses"]![0]!["durationUntilReset"]!["seconds"]!, 0, 3600);
        Assert.Equal("OK", await clientOfOther.VerdictAsync("user=ann"));
        Assert.Equal("OK", await client.VerdictAsync("user=ann"));
        Assert.Equal("OVER_LIMIT", await clientOfOther.VerdictAsync("user=ann"));
        Assert.Equal("OVER_LIMIT", await client.VerdictAsync("user=ann"));
        Assert.Equal("OK", await client.VerdictAsync("user=bob"));

        var (status, figures) = await one.GetAsync("/metrics");
        Assert.Equal(200, status);
        Assert.Contains("ratelimit_service_rate_limit_total_hits{domain=\"shop\",key1=\"user\"} 4\n", figures, StringComparison.Ordinal);
        Assert.Contains("ratelimit_service_rate_limit_over_limit{domain=\"shop\",key1=\"user\"} 1\n", figures, StringComparison.Ordinal);
        Assert.Equal((200, "OK\n"), await one.GetAsync("/healthcheck"));
        Assert.Equal(0, await one.EndAsync());
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task Limits_change_while_it_runs_and_mistakes_do_not_count()
    {
        await using var program = await RateLimitProgram.StartAsync(Limits, "--memory");
        await using var client = await RateLimitClient.ConnectAsync(program.EndPoint.Port);
        Assert.Equal(2, (int)(await client.AskAsync("user=ann"))["statuses"]![0]!["limitRemaining"]!);
        await program.ChangeAsync(Limits.Replace("hour", "our", StringComparison.Ordinal), "the old ones stay in force");
        Assert.Equal(1, (int)(await client.AskAsync("user=ann"))["statuses"]![0]!["limitRemaining"]!);
        await program.ChangeAsync(Limits.Replace('3', '9'), "new limits are in force");
        Assert.Equal(6, (int)(await client.AskAsync("user=ann"))["statuses"]![0]!["limitRemaining"]!);
        Assert.Contains("descriptors[0].rate_limit.unit: expected one of", program.Seen, StringComparison.Ordinal);
        Assert.Contains("the limits are this server's own", program.Seen, StringComparison.Ordinal);
    }

    /// <summary>Whatever happens to Redis, each answer comes long before the client's five seconds are over.</summary>
    [PeerTheory(Tools.Node, Tools.Npm, Tools.Redis)]
    [InlineData("error", "14", 503)]
    [InlineData("allow", "OK", 200)]
    [InlineData("deny", "OVER_LIMIT", 503)]
    public async Task Without_Redis_answers_come_in_time_and_are_as_configured(string failure, string verdict, int health)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var program = await RateLimitProgram.StartAsync(Limits, "--redis", redis.Address, "--on-redis-failure", failure, "--redis-timeout", "1s");
        await using var client = await RateLimitClient.ConnectAsync(program.EndPoint.Port);
        Assert.Equal("OK", await client.VerdictAsync("user=ann"));

        redis.Freeze();
        for (var i = 0; i < 2; i++) Assert.Equal(verdict, await client.VerdictAsync("user=ann"));
        redis.Thaw();
        await VerdictsAsync(client, "user=bob", "OK", "OVER_LIMIT");

        await redis.KillAsync();
        for (var i = 0; i < 5; i++) Assert.Equal(verdict, await client.VerdictAsync($"user=carl{i}"));
        await Safety.Until(() => program.Seen.Contains("is lost", StringComparison.Ordinal), () => program.Seen);
        Assert.Equal(health, (await program.GetAsync("/healthcheck")).Status);

        await redis.StartAgainAsync();
        await VerdictsAsync(client, "user=dora", "OK", "OVER_LIMIT");
        Assert.Equal(200, (await program.GetAsync("/healthcheck")).Status);
    }

    /// <summary>Asks until the limit of three is counted again: first it lets some through, then no more.</summary>
    private static async Task VerdictsAsync(RateLimitClient client, string descriptor, params string[] verdicts)
    {
        foreach (var verdict in verdicts)
        {
            var last = "";
            await Safety.Until(() => (last = client.VerdictAsync(descriptor).GetAwaiter().GetResult()) == verdict, () => last);
        }
    }
}
