using System.Collections.Immutable;

namespace Meltemi.Xds.Server;

/// <summary>A resource that a client did not accept.</summary>
/// <param name="Version">In this version.</param>
/// <param name="Reason">In its own words.</param>
/// <param name="At">When.</param>
public sealed record XdsRefusal(string Version, string Reason, DateTimeOffset At)
{
    private const int MaxReason = 4096;

    /// <summary>A client's reason, cut to what is worth keeping.</summary>
    internal static string Cut(string reason) => reason.Length <= MaxReason ? reason : $"{reason.AsSpan(0, MaxReason)}...";

    /// <summary>
    /// Which resources of a response a client means: those that its reason names, else all. Clients put names between quotes, blanks or colons; a name that is
    /// a part of a longer one is not meant.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Meant(IReadOnlyDictionary<string, string> sent, string reason)
    {
        var named = sent.Where(one => Names(reason, one.Key)).ToImmutableDictionary(StringComparer.Ordinal);
        return named.IsEmpty ? sent : named;
    }

    private static bool Names(string reason, string name)
    {
        if (name.Length == 0) return false;
        for (var at = 0; (at = reason.IndexOf(name, at, StringComparison.Ordinal)) >= 0; at++)
        {
            var end = at + name.Length;
            if ((at == 0 || !Continues(reason[at - 1])) && (end == reason.Length || !Continues(reason[end]) || IsFullStop(reason, end))) return true;
        }

        return false;
    }

    private static bool Continues(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '|' or '/';

    private static bool IsFullStop(string reason, int at) => reason[at] == '.' && (at + 1 == reason.Length || reason[at + 1] == ' ');
}
