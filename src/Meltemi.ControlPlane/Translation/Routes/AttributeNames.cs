using Meltemi.Codec;
using Meltemi.Resources.Aeraki;
using Meltemi.Xds.Reading;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Checks the names of attributes against those that a protocol has.</summary>
internal static class AttributeNames
{
    /// <summary>Checks all that a route says about attributes.</summary>
    public static void Check(CodecInfo codec, MetaRoute route, FieldPath path)
    {
        Check(codec, route.Match, path["match"]);
        for (var i = 0; i < route.HashPolicy.Count; i++)
            Check(codec, route.HashPolicy[i].Attribute, path["hashPolicy"][i]["attribute"]);
    }

    /// <summary>Checks conditions.</summary>
    public static void Check(CodecInfo codec, MetaRouteMatch? match, FieldPath path)
    {
        foreach (var name in match?.Attributes.Keys ?? []) Check(codec, name, path["attributes"].Entry(name));
    }

    /// <summary>Checks a name; an empty one is none.</summary>
    public static void Check(CodecInfo codec, string attribute, FieldPath path)
    {
        if (attribute.Length == 0 || codec.Attributes.Contains(attribute)) return;
        var hint = Spelling.Hint(attribute, codec.Attributes);
        if (codec.OpenAttributes)
        {
            // Any name may exist, such as an attachment; only one that differs from a fixed name by its case is surely a slip.
            var same = codec.Attributes.FirstOrDefault(known => known.Equals(attribute, StringComparison.OrdinalIgnoreCase));
            if (same is null) return;
            hint = $"; did you mean '{same}'?";
        }

        var known = codec.Attributes.Count > 0 ? $"; it has {string.Join(", ", codec.Attributes)}" : "";
        path.Warning($"the protocol '{codec.Name}' has no attribute '{attribute}'{known}{hint}");
    }
}
