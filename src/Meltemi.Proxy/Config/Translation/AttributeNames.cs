using Meltemi.Codec;
using Meltemi.Xds.Reading;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Checks names of attributes against what a protocol has.</summary>
internal static class AttributeNames
{
    /// <summary>Warns of a name that no message will have.</summary>
    public static void Check(CodecInfo codec, string attribute, TranslationContext context, string path)
    {
        if (attribute.Length == 0 || attribute == ConnectionAttributes.SourceIp || codec.Attributes.Contains(attribute)) return;
        var hint = Spelling.Hint(attribute, codec.Attributes);
        if (codec.OpenAttributes)
        {
            // Any name may exist; only one that differs from a fixed name by its case is surely a slip.
            var same = codec.Attributes.FirstOrDefault(known => known.Equals(attribute, StringComparison.OrdinalIgnoreCase));
            if (same is null) return;
            hint = $"; did you mean '{same}'?";
        }

        var known = codec.Attributes.Count > 0 ? $"; it has {string.Join(", ", codec.Attributes)}" : "";
        context.Problems.Warning(path, $"the protocol '{codec.Name}' has no attribute '{attribute}'{known}{hint}");
    }
}
