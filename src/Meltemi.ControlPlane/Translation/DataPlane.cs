namespace Meltemi.ControlPlane.Translation;

/// <summary>
/// What our data plane acts on, so that the status of a resource says the truth. What is off is translated all the same, since a proxy
/// ignores it. Whoever implements a feature switches it on here.
/// </summary>
internal static class DataPlane
{
    /// <summary>Copies of requests: <c>request_mirror_policies</c>.</summary>
    public const bool Mirrors = false;

    /// <summary>Says of a field that it has no effect yet, if the data plane does not have what it asks for.</summary>
    public static void Check(bool enforced, FieldPath path, string what)
    {
        if (!enforced) path.Warning($"{what} is not enforced by the data plane yet: it has no effect");
    }
}
