using Meltemi.Xds.Expressions;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Regular expressions, all of which run in linear time.</summary>
internal static class Expressions
{
    public static RegexMatch Check(string pattern, TranslationContext context, string path)
    {
        if (RegexCache.Complaint(pattern) is { } complaint) context.Problems.Error(path, complaint);
        return new RegexMatch(pattern);
    }
}
