namespace Meltemi.ControlPlane.Services;

/// <summary>Hosts as resources write them.</summary>
public static class HostNames
{
    /// <summary>Without dots: Kubernetes' short name of a Service.</summary>
    public static bool IsShort(string host) => !host.Contains('.', StringComparison.Ordinal) && host != "*";

    /// <summary>The full name of a core Service.</summary>
    public static string Expand(string name, string ns, MeshOptions options) => $"{name}.{ns}.svc.{options.Domain}";

    /// <summary>Whether a host is covered by a pattern: <c>*</c>, <c>*.suffix</c> or the host itself. A pattern may be the host.</summary>
    public static bool Matches(string pattern, string host) =>
        pattern == host || pattern == "*" || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.AsSpan().EndsWith(pattern.AsSpan(1)) && host.Length >= pattern.Length);
}
