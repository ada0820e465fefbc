using System.Collections.Immutable;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Selection;

/// <summary>
/// A field selector such as <c>metadata.name=shop</c>. As for every custom resource of Kubernetes, only <c>metadata.name</c> and
/// <c>metadata.namespace</c> can be selected by.
/// </summary>
internal sealed class FieldSelector
{
    private readonly ImmutableArray<(bool IsName, bool Equal, string Value)> _requirements;

    private FieldSelector(ImmutableArray<(bool, bool, string)> requirements) => _requirements = requirements;

    /// <summary>Reads one; null and empty select everything.</summary>
    /// <exception cref="ApiException">It cannot be read or names another field: 400.</exception>
    public static FieldSelector Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? new([]) : new([.. Split(text).Select(part => Requirement(part, text))]);

    /// <summary>Whether an object with this name is selected.</summary>
    public bool Matches(ResourceKey key)
    {
        foreach (var (isName, equal, value) in _requirements)
            if (((isName ? key.Name : key.Namespace) == value) != equal) return false;
        return true;
    }

    private static (bool, bool, string) Requirement(string part, string text)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0) throw Failure.BadRequest($"invalid field selector \"{text}\": \"{part}\" is not of the form field=value");
        var equal = part[at - 1] != '!';
        var field = part[..(equal ? at : at - 1)].Trim();
        var value = part[(at + 1)..];
        if (value.StartsWith('=')) value = value[1..];
        return field is "metadata.name" or "metadata.namespace"
            ? (field == "metadata.name", equal, Unescape(value))
            : throw Failure.BadRequest($"field label not supported: {field}; objects can be selected by metadata.name and metadata.namespace");
    }

    private static string Unescape(string value) =>
        value.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    // At commas that are not escaped by a backslash.
    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == ',')
            {
                if (i > start) yield return text[start..i];
                start = i + 1;
            }
        }

        if (start < text.Length) yield return text[start..];
    }
}
