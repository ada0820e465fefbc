using Envoy.Config.Core.V3;
using Meltemi.Codec;
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
            if (option.AppendAction == HeaderAppendAction.OverwriteIfExists)
                context.Problems.Warning($"{path}[{i}].append_action", "OVERWRITE_IF_EXISTS also sets what is not there");
            var kind = option.AppendAction == HeaderAppendAction.AddIfAbsent ? ChangeKind.Add : ChangeKind.Set;
            yield return new(kind, header.Key, header.RawValue.IsEmpty ? header.Value : header.RawValue.ToStringUtf8());
        }
    }
}
