namespace Meltemi.Resources.Validation;

/// <summary>Host names of services, in which upper and lower case are the same.</summary>
internal static class Hosts
{
    private const int MaxLength = 255;

    /// <summary>Checks a host, such as <c>orders.shop.svc.cluster.local</c>.</summary>
    /// <param name="host">The host.</param>
    /// <param name="field">Where it stands.</param>
    /// <param name="wildcard">Whether <c>*</c> and <c>*.shop</c> are allowed.</param>
    public static void Check(string host, FieldPath field, bool wildcard = false)
    {
        if (host.Length == 0) return; // an empty host is a missing one, which the reader has said
        if (Complaint(host, wildcard) is { } complaint) field.Error($"'{host}' is not a host name: {complaint}");
    }

    /// <summary>Checks a list of hosts, which must differ.</summary>
    public static void CheckAll(IReadOnlyList<string> hosts, FieldPath field, bool wildcard = false)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < hosts.Count; i++)
        {
            Check(hosts[i], field[i], wildcard);
            if (!seen.Add(hosts[i])) field[i].Error($"'{hosts[i]}' is there twice");
        }
    }

    /// <summary>What is wrong with a host; null: nothing.</summary>
    public static string? Complaint(string host, bool wildcard)
    {
        if (host == "*") return wildcard ? null : "a * is not allowed here";
        if (host.Length > MaxLength) return $"it is longer than {MaxLength} characters";
        var name = host.AsSpan();
        if (name.StartsWith("*."))
        {
            if (!wildcard) return "a * is not allowed here";
            name = name[2..];
        }

        if (name.Contains('*')) return "a * can only stand for the whole first part, as in *.example.com";
        if (name is [.., '.']) name = name[..^1]; // the dot of an absolute name
        foreach (var range in name.Split('.'))
        {
            if (Names.AnyCaseLabelComplaint(name[range].ToString()) is { } complaint)
                return name[range].IsEmpty ? "a part of it is empty" : $"in '{name[range]}', {complaint}";
        }

        var last = name[(name.LastIndexOf('.') + 1)..];
        return last.ContainsAnyExceptInRange('0', '9') ? null : "its last part is a number, as in an IP address";
    }

    /// <summary>Whether a host can be looked up in DNS: no wildcard.</summary>
    public static bool IsPlain(string host) => !host.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether a host is covered by another, which may have a wildcard.</summary>
    public static bool Covers(string pattern, string host) =>
        pattern == "*" || pattern.Equals(host, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));
}
