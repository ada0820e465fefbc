using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Yaml;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>A free value of a resource as a text would give it, so that the reader of messages can read it.</summary>
internal static class StructNodes
{
    /// <summary>An object.</summary>
    public static YamlMapping Of(Struct value) =>
        new() { Entries = [.. value.Fields.Select(field => new YamlEntry(field.Key, Mark.None, Of(field.Value)))] };

    private static YamlNode Of(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StructValue => Of(value.StructValue),
        Value.KindOneofCase.ListValue => new YamlSequence { Items = [.. value.ListValue.Values.Select(Of)] },
        Value.KindOneofCase.StringValue => new YamlScalar { Text = value.StringValue },
        Value.KindOneofCase.BoolValue => new YamlScalar { Text = value.BoolValue ? "true" : "false", Plain = true },
        Value.KindOneofCase.NumberValue => new YamlScalar { Text = Number(value.NumberValue), Plain = true },
        _ => new YamlScalar { Text = "null", Plain = true },
    };

    /// <summary>Whole numbers without exponent, for fields that are whole numbers.</summary>
    private static string Number(double number) =>
        number == Math.Truncate(number) && Math.Abs(number) < 1e18
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
}
