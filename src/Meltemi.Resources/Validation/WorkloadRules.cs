using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for WorkloadEntry, whether it stands alone, in a ServiceEntry or in a WorkloadGroup.</summary>
internal static class WorkloadRules
{
    public static void Check(WorkloadEntry spec, FieldPath field)
    {
        if (spec.Address.Length == 0 && spec.Network.Length == 0) field["address"].Error("'address' is missing");
        CheckParts(spec, field);
    }

    public static void Check(WorkloadGroup spec, FieldPath field)
    {
        Labels.Check(spec.Metadata?.Labels, field["metadata"]["labels"]);
        if (spec.Template is null) return;
        CheckParts(spec.Template, field["template"]);
        if (spec.Template.Address.Length > 0)
            field["template"]["address"].Warning("every workload has its own address; this one has no effect");
    }

    private static void CheckParts(WorkloadEntry spec, FieldPath field)
    {
        if (spec.Address.Length > 0)
            field["address"].ErrorIf($"'{spec.Address}' is not an address", Addresses.EndpointComplaint(spec.Address));
        if (spec.Address.StartsWith(Addresses.Unix, StringComparison.Ordinal) && spec.Ports.Count > 0)
            field["ports"].Error("a socket in the file system has no ports");
        foreach (var (name, number) in spec.Ports)
        {
            field["ports"].Entry(name).ErrorIf($"'{name}' cannot be a port's name", Names.AnyCaseLabelComplaint(name));
            if (number is 0 or > 65535) field["ports"].Entry(name).Error($"must be from 1 to 65535, not {number}");
        }

        Labels.Check(spec.Labels, field["labels"]);
        if (spec.Locality.Length > 0 && LocalityRules.Complaint(spec.Locality, wildcard: false) is { } complaint)
            field["locality"].Error($"'{spec.Locality}' is not a place: {complaint}");
    }
}
