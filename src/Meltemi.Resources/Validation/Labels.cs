using Google.Protobuf.Collections;

namespace Meltemi.Resources.Validation;

/// <summary>Labels, as of a workload or in a selector.</summary>
internal static class Labels
{
    /// <summary>Checks keys and values.</summary>
    public static void Check(MapField<string, string>? labels, FieldPath field)
    {
        if (labels is null) return;
        foreach (var (key, value) in labels)
        {
            if (Names.QualifiedComplaint(key) is { } wrongKey)
                field.Entry(key).Error($"'{key}' cannot be a label's key: {wrongKey}");
            else if (Names.LabelValueComplaint(value) is { } wrongValue)
                field.Entry(key).Error($"'{value}' cannot be a label's value: {wrongValue}");
        }
    }
}
