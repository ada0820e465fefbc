namespace Meltemi.Resources.Validation;

/// <summary>Who sees a resource, and which gateways apply it.</summary>
internal static class Scopes
{
    /// <summary>Checks <c>exportTo</c>: <c>*</c>, <c>.</c>, <c>~</c> or namespaces.</summary>
    public static void CheckExportTo(IReadOnlyList<string> exportTo, FieldPath field)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < exportTo.Count; i++)
        {
            var space = exportTo[i];
            if (space is "*" or "~" && exportTo.Count > 1)
                field[i].Error($"'{space}' stands alone: it means {(space == "*" ? "all namespaces" : "none")}");
            else if (space is not ("*" or "." or "~") && Names.LabelComplaint(space) is { } complaint)
                field[i].Error($"'{space}' is neither *, ., ~ nor a namespace: {complaint}");
            if (!seen.Add(space)) field[i].Error($"'{space}' is there twice");
        }
    }

    /// <summary>Checks <c>gateways</c>: <c>mesh</c>, <c>name</c> or <c>namespace/name</c>.</summary>
    public static void CheckGateways(IReadOnlyList<string> gateways, FieldPath field)
    {
        for (var i = 0; i < gateways.Count; i++)
        {
            var slash = gateways[i].IndexOf('/', StringComparison.Ordinal);
            var complaint = slash < 0 ? null : Names.LabelComplaint(gateways[i].AsSpan(0, slash));
            complaint ??= Names.SubdomainComplaint(gateways[i].AsSpan(slash + 1));
            field[i].ErrorIf($"'{gateways[i]}' is neither mesh nor a gateway's name or namespace/name", complaint);
        }
    }
}
