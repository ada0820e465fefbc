using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative;
using Meltemi.Resources.Aeraki;
using Meltemi.Xds.Reading;

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
        if (spec.Codec == Description.CodecName) CheckDescription(spec.Config, field["config"]);
    }

    private static void CheckDescription(Struct? config, FieldPath field)
    {
        if (config is null)
        {
            field.Error($"the codec {Description.CodecName} needs a 'config' that describes the protocol");
            return;
        }

        var problems = new ProblemList();
        DeclaredProtocol.Load(config, problems, "", out _);
        foreach (var problem in problems.ToSorted())
        {
            var at = field.Within(problem.Path);
            if (problem.Severity == ProblemSeverity.Error) at.Error(problem.Message);
            else at.Warning(problem.Message);
        }
    }
}
