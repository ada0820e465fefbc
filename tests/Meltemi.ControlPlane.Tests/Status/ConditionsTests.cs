using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Status;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Status;

public class ConditionsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_resource_without_problems_that_all_run_by_is_good_in_all_respects()
    {
        var status = Conditions.Make(null, 3, [], new ProxyUse(2, 2, []), Noon);

        Assert.Equal(3, status.ObservedGeneration);
        Assert.Equal(
            ["Accepted True Valid ", "Resolved True AllFound ", "Programmed True InForce 2 of 2 proxies"],
            status.Conditions.Select(Text));
    }

    [Fact]
    public void A_kind_that_no_proxy_is_concerned_by_has_no_Programmed() =>
        Assert.Equal(["Accepted", "Resolved"], Conditions.Make(null, 1, [], null, Noon).Conditions.Select(condition => condition.Type));

    [Fact]
    public void The_first_error_of_a_condition_is_its_message_and_the_rest_are_counted()
    {
        var status = Conditions.Make(null, 1,
            [
                new(default, "spec.routes[2]", false, Condition.Accepted, "can never match"),
                new(default, "spec.routes[0].route[0].destination.host", true, Condition.Resolved, "there is no host 'a'"),
                new(default, "spec.routes[1]", true, Condition.Resolved, "there is no subset 'v9'"),
            ],
            ProxyUse.None, Noon);

        Assert.Equal("Resolved False NotFound spec.routes[0].route[0].destination.host: there is no host 'a' (and 1 more)", Text(status.Conditions[1]));
        Assert.Equal([true, true, false], status.Messages.Select(message => message.IsError));
    }

    [Theory]
    [InlineData(0, 0, "Programmed unknown NoProxy no connected proxy uses it")]
    [InlineData(1, 0, "Programmed unknown Pending 0 of 1 proxy so far")]
    [InlineData(1, 1, "Programmed True InForce 1 of 1 proxy")]
    [InlineData(5, 4, "Programmed unknown Pending 4 of 5 proxies so far")]
    public void Programmed_counts_the_proxies(int uses, int runs, string expected) =>
        Assert.Equal(expected, Text(Conditions.Make(null, 1, [], new ProxyUse(uses, runs, []), Noon).Conditions[2]));

    [Fact]
    public void Refusals_are_quoted_the_first_three()
    {
        var refusals = Enumerable.Range(1, 5).Select(i => new Refusal($"p{i}", "no codec 'x'")).ToImmutableArray();

        var condition = Conditions.Make(null, 1, [], new ProxyUse(7, 2, refusals), Noon).Conditions[2];

        Assert.Equal(
            "Programmed False Refused 2 of 7 proxies; p1 refuses: no codec 'x'; p2 refuses: no codec 'x'; p3 refuses: no codec 'x'; 2 more refuse",
            Text(condition));
    }

    [Fact]
    public void A_condition_keeps_its_time_as_long_as_it_holds()
    {
        var first = Conditions.Make(null, 1, [], new ProxyUse(2, 2, []), Noon);
        var later = Conditions.Make(first, 2, [], new ProxyUse(3, 2, []), Noon.AddHours(1));

        Assert.Equal([Noon, Noon, Noon.AddHours(1)], later.Conditions.Select(condition => condition.Since));
    }

    private static string Text(Condition condition) =>
        $"{condition.Type} {condition.Holds?.ToString() ?? "unknown"} {condition.Reason} {condition.Message}";
}
