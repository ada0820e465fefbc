using System.Text.RegularExpressions;

namespace Meltemi.Xds.Expressions;

/// <summary>
/// Compiled expressions by their text. Building an automaton costs milliseconds, and the same text is compiled again and again: to
/// check it, for each listener, and with each push of a configuration. The references are weak, so what no table uses any more
/// goes away. Any thread, off the request path.
/// </summary>
public static class RegexCache
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, WeakReference<Regex>> Known = new(StringComparer.Ordinal);
    private static int _sweepAt = 64;

    /// <summary>Longest expression: compiling one is the only thing that is not linear.</summary>
    public const int MaxLength = 4096;

    /// <summary>What is wrong with an expression, as the end of a sentence about it; null: nothing.</summary>
    public static string? Complaint(string pattern)
    {
        if (pattern.Length > MaxLength) return $"longer than {MaxLength} characters";
        try
        {
            _ = Get(pattern);
            return null;
        }
        catch (RegexParseException e)
        {
            return $"not a regular expression, after character {e.Offset}: {e.Error}";
        }
        catch (ArgumentException e)
        {
            return $"the expression cannot run in linear time: {(e.InnerException ?? e).Message}";
        }
    }

    /// <summary>The expression, matching only whole values.</summary>
    /// <exception cref="ArgumentException">The expression is broken, or uses what would need backtracking.</exception>
    public static Regex Get(string pattern)
    {
        lock (Gate)
        {
            if (Known.TryGetValue(pattern, out var reference) && reference.TryGetTarget(out var regex)) return regex;
            regex = Build(pattern);
            Known[pattern] = new(regex);
            if (Known.Count >= _sweepAt) Sweep();
            return regex;
        }
    }

    private static Regex Build(string pattern)
    {
        // RE2 has [[:alpha:]], which .NET would take for something else without a word. (?P<name>...) and the like it refuses by itself.
        if (pattern.Contains("[:", StringComparison.Ordinal) && pattern.Contains(":]", StringComparison.Ordinal))
        {
            throw new ArgumentException($"expression '{pattern}' has a POSIX character class; write it as a range", nameof(pattern));
        }

        // Parsed alone first: "a)(?:b" would slip through once it is wrapped.
        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return new($@"\A(?:{pattern})\z", Options);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"expression '{pattern}' needs backtracking: {e.Message}", nameof(pattern), e);
        }
    }

    private static void Sweep()
    {
        foreach (var (pattern, reference) in Known)
        {
            if (!reference.TryGetTarget(out _)) Known.Remove(pattern);
        }

        _sweepAt = Math.Max(64, Known.Count * 2);
    }
}
