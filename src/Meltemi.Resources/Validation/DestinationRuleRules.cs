using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for DestinationRule.</summary>
internal static class DestinationRuleRules
{
    public static void Check(DestinationRule spec, FieldPath field)
    {
        Hosts.Check(spec.Host, field["host"], wildcard: true);
        Scopes.CheckExportTo(spec.ExportTo, field["exportTo"]);
        Labels.Check(spec.WorkloadSelector?.MatchLabels, field["workloadSelector"]["matchLabels"]);
        TrafficPolicyRules.Check(spec.TrafficPolicy, field["trafficPolicy"]);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Subsets.Count; i++)
        {
            var (subset, place) = (spec.Subsets[i], field["subsets"][i]);
            if (subset.Name.Length > 0)
            {
                place["name"].ErrorIf($"'{subset.Name}' cannot be a subset's name", Names.AnyCaseLabelComplaint(subset.Name));
                if (!names.Add(subset.Name)) place["name"].Error($"'{subset.Name}' is there twice");
            }

            if (subset.Labels.Count == 0 && !place.IsWrong) place.Warning("it has no labels: it is the whole service");
            Labels.Check(subset.Labels, place["labels"]);
            TrafficPolicyRules.Check(subset.TrafficPolicy, place["trafficPolicy"]);
        }
    }
}
