using System.Text;
using System.Text.RegularExpressions;
using Meltemi.Xds.Expressions;

namespace Meltemi.Proxy.Routing.Matching;

/// <summary>
/// The whole value matches a regular expression, in time linear in the value's length whatever the expression: .NET's automaton without
/// backtracking. Bytes that are not UTF-8 match as U+FFFD.
/// <para>One instance serves all loops. In the steady state a match allocates nothing; when two loops use the same expression
/// at the same instant, .NET gives the second a runner of its own, a small object that is collected young.</para>
/// </summary>
public sealed class RegexMatcher : ValueMatcher
{
    /// <summary>Longer values never match; the bound keeps one request from holding up a loop.</summary>
    public const int MaxValueBytes = 4096;

    [ThreadStatic]
    private static char[]? _chars;

    private readonly Regex _regex;

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="ArgumentException">The expression is broken, or uses what would need backtracking.</exception>
    public RegexMatcher(string pattern) => _regex = RegexCache.Get(pattern);

    /// <inheritdoc/>
    public override bool Matches(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxValueBytes) return false;
        var chars = _chars ??= new char[MaxValueBytes];
        var length = Encoding.UTF8.GetChars(value, chars);
        return _regex.IsMatch(chars.AsSpan(0, length));
    }
}
