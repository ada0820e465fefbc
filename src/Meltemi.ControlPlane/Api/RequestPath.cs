namespace Meltemi.ControlPlane.Api;

/// <summary>
/// What the path of a request names:
/// <code>
/// /api/v1/RESOURCE...   /apis/GROUP/VERSION/RESOURCE...
/// RESOURCE = [ namespaces/NAMESPACE/ ] PLURAL [ /NAME [ /SUBRESOURCE ] ]
/// </code>
/// </summary>
/// <param name="Group">Empty: the core group.</param>
/// <param name="Version">Version of the group.</param>
/// <param name="Namespace">Empty: all namespaces, or a kind without.</param>
/// <param name="Plural">The kind's name in URLs.</param>
/// <param name="Name">Empty: the collection.</param>
/// <param name="Subresource">Empty: the object itself.</param>
internal readonly record struct RequestPath(string Group, string Version, string Namespace, string Plural, string Name, string Subresource)
{
    /// <summary>Null: not of this form.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["api", var version, .. { Length: > 0 } rest] => Resource("", version, rest),
            ["apis", var group, var version, .. { Length: > 0 } rest] => Resource(group, version, rest),
            _ => null,
        };
    }

    private static RequestPath? Resource(string group, string version, string[] parts) => parts switch
    {
        // A namespace has subresources of its own, which look like collections.
        ["namespaces", var name, "status" or "finalize"] => new(group, version, "", "namespaces", name, parts[2]),
        ["namespaces", var space, var plural] => new(group, version, space, plural, "", ""),
        ["namespaces", var space, var plural, var name] => new(group, version, space, plural, name, ""),
        ["namespaces", var space, var plural, var name, var sub] => new(group, version, space, plural, name, sub),
        [var plural] => new(group, version, "", plural, "", ""),
        [var plural, var name] => new(group, version, "", plural, name, ""),
        [var plural, var name, var sub] => new(group, version, "", plural, name, sub),
        _ => null,
    };
}
