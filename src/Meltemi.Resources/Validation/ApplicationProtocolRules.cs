using Meltemi.Resources.Aeraki;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for ApplicationProtocol.</summary>
internal static class ApplicationProtocolRules
{
    public static void Check(ApplicationProtocol spec, FieldPath field)
    {
        if (spec.Protocol.Length == 0) return;
        if (Names.AnyCaseLabelComplaint(spec.Protocol) is { } complaint)
            field["protocol"].Error($"'{spec.Protocol}' cannot be a protocol's name: {complaint}");
        else if (spec.Protocol.Contains('-', StringComparison.Ordinal))
            field["protocol"].Warning($"no port's name can say it, since a - ends it there; use appProtocol: {spec.Protocol}");
    }
}
