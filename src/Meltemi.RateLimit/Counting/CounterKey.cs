using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Envoy.Extensions.Common.Ratelimit.V3;

namespace Meltemi.RateLimit.Counting;

/// <summary>
/// Names of counters: <c>{domain|key=value|key=value}@start</c>. What is in braces is a hash tag of Redis: all windows of a descriptor are on one node. No two
/// descriptors have the same name, and long ones are replaced by their hash.
/// </summary>
internal static class CounterKey
{
    /// <summary>Longest name in characters.</summary>
    private const int MaxLength = 256;

    /// <summary>The name without its window.</summary>
    public static string Of(string domain, RateLimitDescriptor descriptor)
    {
        var name = new StringBuilder("{");
        Append(name, domain);
        foreach (var entry in descriptor.Entries)
        {
            Append(name.Append('|'), entry.Key);
            Append(name.Append('='), entry.Value);
        }

        if (name.Length > MaxLength)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToString())));
            name.Clear().Append("{#").Append(hash);
        }

        return name.Append('}').ToString();
    }

    /// <summary>The name of a window.</summary>
    public static string At(string name, long start) => string.Create(CultureInfo.InvariantCulture, $"{name}@{start}");

    private static void Append(StringBuilder name, string text)
    {
        foreach (var letter in text)
        {
            if (letter is '|' or '=' or '{' or '}' or '%' or '#' || char.IsControl(letter)) name.Append(CultureInfo.InvariantCulture, $"%{(int)letter:x2}.");
            else name.Append(letter);
        }
    }
}
