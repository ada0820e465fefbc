using Envoy.Config.Core.V3;
using Meltemi.Codec;
using Meltemi.Xds.Expressions;
using static Envoy.Config.Core.V3.HeaderValueOption.Types;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>
/// Headers to remove and to add, as changes of attributes. An attribute has one value, so appending replaces it, which is also
/// what Aeraki means when it sends mutations this way.
/// </summary>
internal static class Mutations
{
    /// <param name="path">Path of the list of headers to add.</param>
    public static IEnumerable<MutationConfig> Translate(
        IEnumerable<string> remove, IReadOnlyList<HeaderValueOption> add, TranslationContext context, string path)
    {
        foreach (var name in remove) yield return new(ChangeKind.Remove, name, "");
        for (var i = 0; i < add.Count; i++)
        {
            var option = add[i];
            if (option.Header is not { } header) continue;
            var kind = option.AppendAction switch
            {
                HeaderAppendAction.AddIfAbsent => ChangeKind.Add,
                HeaderAppendAction.OverwriteIfExists => ChangeKind.Replace,
                _ => ChangeKind.Set,
            };
            var value = header.RawValue.IsEmpty ? header.Value : header.RawValue.ToStringUtf8();
            if (FormatString.Complaint(value) is { } complaint) context.Problems.Error($"{path}[{i}].header.value", complaint);
            yield return new(kind, header.Key, value, option.KeepEmptyValue);
        }
    }

    /// <summary>What Aeraki sets: a text that our control plane and nobody else may make a template.</summary>
    public static MutationConfig Literal(string key, string value, TranslationContext context, string path)
    {
        if (FormatString.Complaint(value) is not { } complaint) return new(ChangeKind.Set, key, value);
        context.Problems.Warning(path, $"taken as it is, percent signs and all: {complaint}");
        return new(ChangeKind.Set, key, FormatString.Escape(value));
    }
}
