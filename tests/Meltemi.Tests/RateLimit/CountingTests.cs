using Meltemi.RateLimit.Counting;

namespace Meltemi.Tests.RateLimit;

public class CountingTests
{
    [Fact]
    public void No_two_descriptors_have_the_same_counter()
    {
        string[] descriptors = ["a=b,c=d", "a=b|c=d", "a=b%7c.c%3d.d", "a=,b=", "a==b", "a=b", "a=b}x{", "a=#1", $"a={new string('x', 300)}", $"a={new string('x', 301)}"];
        var names = descriptors.SelectMany(text => new[] { "d", "d|a" }, (text, domain) => CounterKey.Of(domain, RuleReaderTests.Parse(text))).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.InRange(name.Length, 3, 300));
        Assert.All(names, name => Assert.Equal((1, 1), (name.Count(letter => letter == '{'), name.Count(letter => letter == '}'))));
    }

    [Fact]
    public void Exceeded_counters_are_forgotten_when_their_window_ends_and_have_a_bound()
    {
        var cache = new ExceededCache(2);
        cache.Add("a", 10, 0);
        cache.Add("b", 20, 0);
        cache.Add("c", 20, 0);
        Assert.Equal([true, true, false], new[] { "a", "b", "c" }.Select(key => cache.Has(key, 9)));
        cache.Add("c", 20, 10);
        Assert.Equal([false, true, true], new[] { "a", "b", "c" }.Select(key => cache.Has(key, 10)));
    }

    [Fact]
    public void No_cache_has_nothing()
    {
        var cache = new ExceededCache(0);
        cache.Add("a", 10, 0);
        Assert.False(cache.Has("a", 0));
    }
}
