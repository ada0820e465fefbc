using System.Text.RegularExpressions;
using Meltemi.Proxy.Routing.Matching;

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
                _ = RegexCache.Get(pattern);
        }
        catch (RegexParseException e)
        {
            context.Problems.Error(path, $"not a regular expression, after character {e.Offset}: {e.Error}");
        }
        catch (ArgumentException e)
        {
            context.Problems.Error(path, $"the expression cannot run in linear time: {(e.InnerException ?? e).Message}");
        }

        return new RegexMatch(pattern);
    }
}
