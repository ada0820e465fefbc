using System.Text;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing.Matching;

/// <summary>A compiled <see cref="ValueMatch"/>: says whether the UTF-8 bytes of a value fulfil it. Immutable, allocates nothing.</summary>
public abstract class ValueMatcher
{
    /// <summary>Whether the value fulfils the condition.</summary>
    public abstract bool Matches(ReadOnlySpan<byte> value);

    /// <summary>Compiles a condition.</summary>
    /// <exception cref="ArgumentException">A regular expression that is broken or needs backtracking.</exception>
    public static ValueMatcher Compile(ValueMatch match) => match switch
    {
        ExactMatch { IgnoreCase: false } exact => new ExactMatcher(Utf8(exact.Value)),
        ExactMatch exact => new ExactIgnoreCaseMatcher(Utf8(exact.Value)),
        PrefixMatch prefix => new PrefixMatcher(Utf8(prefix.Value), prefix.IgnoreCase),
        SuffixMatch suffix => new SuffixMatcher(Utf8(suffix.Value), suffix.IgnoreCase),
        ContainsMatch { IgnoreCase: false } contains => new ContainsMatcher(Utf8(contains.Value)),
        ContainsMatch contains => new ContainsIgnoreCaseMatcher(Utf8(contains.Value)),
        RegexMatch regex => new RegexMatcher(regex.Pattern),
        RangeMatch range => new RangeMatcher(range.Start, range.End),
        PresentMatch present => new PresentMatcher(present.Present),
        _ => throw new ArgumentException($"no matcher for {match.GetType().Name}", nameof(match)),
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
