using System.Buffers;

namespace Meltemi.Resources.Validation;

/// <summary>
/// Names as Kubernetes and DNS have them. Each function answers what is wrong, as the end of a sentence, or null if nothing is.
/// </summary>
internal static class Names
{
    private const int MaxLabel = 63, MaxSubdomain = 253;

    private static readonly SearchValues<char> LabelChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> QualifiedChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>A DNS-1123 label: what namespaces, subsets and ports are called.</summary>
    public static string? LabelComplaint(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return "it is empty";
        if (text.Length > MaxLabel) return $"it is longer than {MaxLabel} characters";
        if (text.ContainsAnyExcept(LabelChars)) return "only small letters, digits and - are allowed";
        return text[0] == '-' || text[^1] == '-' ? "it must begin and end with a small letter or a digit" : null;
    }

    /// <summary>The same with capitals, which Istio allows for names that are no part of a host.</summary>
    public static string? AnyCaseLabelComplaint(string text) =>
        LabelComplaint(text.ToLowerInvariant())?.Replace("small letters", "letters", StringComparison.Ordinal)
            .Replace("a small letter", "a letter", StringComparison.Ordinal);

    /// <summary>A DNS-1123 subdomain: labels with dots between; what most objects are called.</summary>
    public static string? SubdomainComplaint(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return "it is empty";
        if (text.Length > MaxSubdomain) return $"it is longer than {MaxSubdomain} characters";
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.IsEmpty) return "there is nothing between two dots, or before or after one";
            if (label.ContainsAnyExcept(LabelChars)) return "only small letters, digits, - and . are allowed";
            if (label[0] == '-' || label[^1] == '-') return "each part must begin and end with a small letter or a digit";
        }

        return null;
    }

    /// <summary>The key of a label or an annotation: a name, with a subdomain and a slash before it if need be.</summary>
    public static string? QualifiedComplaint(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        if (slash >= 0 && PrefixComplaint(text[..slash]) is { } complaint) return $"in what stands before the slash, {complaint}";
        var name = text[(slash + 1)..];
        return name.IsEmpty ? "it is empty" : QualifiedNameComplaint(name);
    }

    /// <summary>The value of a label.</summary>
    public static string? LabelValueComplaint(string text) => text.Length == 0 ? null : QualifiedNameComplaint(text);

    private static string? PrefixComplaint(ReadOnlySpan<char> prefix)
    {
        Span<char> small = stackalloc char[Math.Min(prefix.Length, MaxSubdomain + 1)];
        prefix[..small.Length].ToLowerInvariant(small); // annotations may have capitals there
        return SubdomainComplaint(small);
    }

    private static string? QualifiedNameComplaint(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxLabel) return $"it is longer than {MaxLabel} characters";
        if (name.ContainsAnyExcept(QualifiedChars)) return "only letters, digits, -, _ and . are allowed";
        return char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
            ? null
            : "it must begin and end with a letter or a digit";
    }
}
