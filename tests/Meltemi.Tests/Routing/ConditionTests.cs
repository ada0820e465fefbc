using Meltemi.Proxy.Config;
using static Meltemi.Tests.Routing.Routes;

namespace Meltemi.Tests.Routing;

public class ConditionTests
{
    [Theory]
    [InlineData("hello", true)]
    [InlineData("Hello", false)]
    [InlineData("hello ", false)]
    [InlineData("", false)]
    public void Exact_is_equal_in_every_byte(string value, bool holds) => Check(new ExactMatch("hello"), value, holds);

    [Theory]
    [InlineData("HELLO-\u00c4", true)]
    [InlineData("hello-\u00c4", true)]
    [InlineData("hello-\u00e4", false)]
    [InlineData("hell\u00cf-\u00c4", false)]
    public void Ignoring_case_folds_ascii_letters_only(string value, bool holds) =>
        Check(new ExactMatch("Hello-\u00c4", true), value, holds);

    [Theory]
    [InlineData("@[`{", "@[`{", true)]
    [InlineData("@[`{", "`{@[", false)]
    public void Ignoring_case_leaves_the_neighbours_of_the_letters_alone(string pattern, string value, bool holds) =>
        Check(new ExactMatch(pattern, true), value, holds);

    [Theory]
    [InlineData("com.example.Foo", false, true)]
    [InlineData("com.example.", false, true)]
    [InlineData("com.example", false, false)]
    [InlineData("COM.Example.Foo", false, false)]
    [InlineData("COM.Example.Foo", true, true)]
    [InlineData("org.com.example.", true, false)]
    public void Prefix_is_at_the_start(string value, bool ignoreCase, bool holds) =>
        Check(new PrefixMatch("com.example.", ignoreCase), value, holds);

    [Theory]
    [InlineData("UserService", false, true)]
    [InlineData("Service", false, true)]
    [InlineData("ervice", false, false)]
    [InlineData("USERSERVICE", false, false)]
    [InlineData("USERSERVICE", true, true)]
    [InlineData("ServiceUser", true, false)]
    public void Suffix_is_at_the_end(string value, bool ignoreCase, bool holds) =>
        Check(new SuffixMatch("Service", ignoreCase), value, holds);

    [Theory]
    [InlineData("xaabab", false, true)]
    [InlineData("aab", false, true)]
    [InlineData("aaab", false, true)]
    [InlineData("ab", false, false)]
    [InlineData("xAABx", false, false)]
    [InlineData("xAABx", true, true)]
    [InlineData("aAaB", true, true)]
    [InlineData("aaa", true, false)]
    [InlineData("", true, false)]
    public void Contains_is_anywhere(string value, bool ignoreCase, bool holds) =>
        Check(new ContainsMatch("aab", ignoreCase), value, holds);

    [Theory]
    [InlineData("10", true)]
    [InlineData("19", true)]
    [InlineData("20", false)]
    [InlineData("9", false)]
    [InlineData("+11", true)]
    [InlineData("011", true)]
    [InlineData("15x", false)]
    [InlineData("15 ", false)]
    [InlineData(" 15", false)]
    [InlineData("1.5e1", false)]
    [InlineData("", false)]
    [InlineData("99999999999999999999", false)]
    public void Range_takes_whole_decimal_numbers_from_start_up_to_end(string value, bool holds) =>
        Check(new RangeMatch(10, 20), value, holds);

    [Fact]
    public void Range_reaches_over_all_64_bits()
    {
        Check(new RangeMatch(long.MinValue, -5), "-9223372036854775808", true);
        Check(new RangeMatch(long.MinValue, -5), "-5", false);
        Check(new RangeMatch(0, long.MaxValue), "9223372036854775806", true);
    }

    [Theory]
    [InlineData("v1|v2", "v2", true)]
    [InlineData("v1|v2", "v21", false)]
    [InlineData("v1|v2", "xv1", false)]
    [InlineData("a.c", "a\u4e2dc", true)]
    [InlineData("[a-z]+", "abc\n", false)]
    [InlineData(".*", "", true)]
    [InlineData("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Regex_matches_the_whole_value(string pattern, string value, bool holds) => Check(new RegexMatch(pattern), value, holds);

    [Fact]
    public void Regex_does_not_match_values_beyond_its_bound()
    {
        Check(new RegexMatch("a*"), new string('a', 4096), true);
        Check(new RegexMatch("a*"), new string('a', 4097), false);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)(?:b")]
    [InlineData("(?=a)a")]
    [InlineData(@"(a)\1")]
    [InlineData("[[:alpha:]]+")]
    [InlineData("(?P<name>a)")]
    public void A_regex_that_is_broken_or_needs_backtracking_is_refused(string pattern) =>
        Assert.ThrowsAny<ArgumentException>(() => Match(Table(Route("r", new AttributeMatch("a", new RegexMatch(pattern))))));

    // What becomes of a missing attribute: Envoy's header matcher is the model.
    [Theory]
    [InlineData("exact x", false, false, false)]
    [InlineData("exact x", true, false, false)]
    [InlineData("exact x", true, true, true)]
    [InlineData("exact", false, false, false)]
    [InlineData("exact", false, true, true)]
    [InlineData("exact", true, true, false)]
    [InlineData("prefix", false, false, false)]
    [InlineData("prefix", false, true, true)]
    [InlineData("present", false, false, false)]
    [InlineData("present", true, false, true)]
    [InlineData("present", false, true, true)]
    [InlineData("absent", false, false, true)]
    [InlineData("absent", true, false, false)]
    public void A_missing_attribute_is_judged_as_envoy_judges_a_missing_header(string kind, bool invert, bool missingAsEmpty, bool holds)
    {
        var table = Table(Route("r", new AttributeMatch("a", Kind(kind), invert, missingAsEmpty)));
        Assert.Equal(holds ? "r" : null, Match(table, ("other", "1")));
    }

    [Theory]
    [InlineData("exact x", false, true)]
    [InlineData("exact x", true, false)]
    [InlineData("exact", false, false)]
    [InlineData("exact", true, true)]
    [InlineData("present", false, true)]
    [InlineData("present", true, false)]
    [InlineData("absent", false, false)]
    [InlineData("absent", true, true)]
    public void Inversion_turns_the_answer_about_a_value_round(string kind, bool invert, bool holds)
    {
        var table = Table(Route("r", new AttributeMatch("a", Kind(kind), invert)));
        Assert.Equal(holds ? "r" : null, Match(table, ("a", "x")));
    }

    private static ValueMatch Kind(string kind) => kind switch
    {
        "exact x" => new ExactMatch("x"),
        "exact" => new ExactMatch(""),
        "prefix" => new PrefixMatch(""),
        "present" => new PresentMatch(),
        _ => new PresentMatch(false),
    };

    private static void Check(ValueMatch match, string value, bool holds) =>
        Assert.Equal(holds ? "r" : null, Match(Table(Route("r", new AttributeMatch("a", match))), ("a", value)));
}
