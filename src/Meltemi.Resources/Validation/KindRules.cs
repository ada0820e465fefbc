using Google.Protobuf;
using Meltemi.Xds.Reading;

namespace Meltemi.Resources.Validation;

/// <summary>The rules of each kind that go beyond the shape of its message.</summary>
internal static class KindRules
{
    /// <summary>Adds what is wrong with a typed spec.</summary>
    public static void Check(ResourceKind kind, IMessage spec, string name, ProblemList problems)
    {
        _ = (kind, spec, name, problems);
    }
}
