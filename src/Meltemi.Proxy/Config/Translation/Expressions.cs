using System.Text.RegularExpressions;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Regular expressions, all of which run in linear time.</summary>
internal static class Expressions
{
    /// <summary>Longest expression: compiling one is the only thing that is not linear.</summary>
    private const int MaxLength = 4096;

    public static RegexMatch Check(string pattern, TranslationContext context, string path)
    {
        try
        {
            if (pattern.Length > MaxLength)
                context.Problems.Error(path, $"longer than {MaxLength} characters");
            else
                _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException e)
        {
            context.Problems.Error(path, $"not a regular expression, at character {e.Offset}: {e.Error}");
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            context.Problems.Error(path, $"the expression cannot run in linear time: {e.Message}");
        }

        return new RegexMatch(pattern);
    }
}
