using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Yaml;

namespace Meltemi.Xds.Reading;

/// <summary>
/// Messages that came as a TypedStruct, the form in which a control plane sends extensions that it has no types for: a Struct in protobuf's JSON form
/// becomes the message that it stands for.
/// </summary>
public static class TypedStructs
{
    /// <summary>The message itself; what is no TypedStruct stays as it is, and so does one of a type that is not known.</summary>
    /// <param name="any">As it came.</param>
    /// <param name="problems">Receives what is wrong with it.</param>
    /// <param name="path">Where it stands.</param>
    public static Any? Resolve(Any? any, ProblemList problems, string path)
    {
        if (any is null || !AnyTypes.IsTypedStruct(any.TypeUrl)) return any;
        global::Xds.Type.V3.TypedStruct typed; // udpa's has the same fields
        try
        {
            typed = global::Xds.Type.V3.TypedStruct.Parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException e)
        {
            problems.Error(path, $"the TypedStruct is damaged: {e.Message}");
            return any;
        }

        var type = AnyTypes.TypeName(typed.TypeUrl);
        if (SchemaSet.Default.Message(type) is null) return new Any { TypeUrl = typed.TypeUrl };
        var bytes = ResourceReader.ToWire(SchemaSet.Default, ToNode(Value.ForStruct(typed.Value ?? new Struct())), type, problems, path);
        return new Any { TypeUrl = typed.TypeUrl, Value = ByteString.CopyFrom(bytes.Span) };
    }

    /// <summary>A free value as the text that it came from would be read.</summary>
    public static YamlNode ToNode(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.NumberValue => Plain(value.NumberValue.ToString("R", CultureInfo.InvariantCulture)),
        Value.KindOneofCase.BoolValue => Plain(value.BoolValue ? "true" : "false"),
        Value.KindOneofCase.StringValue => new YamlScalar { Text = value.StringValue },
        Value.KindOneofCase.ListValue => new YamlSequence { Items = [.. value.ListValue.Values.Select(ToNode)] },
        Value.KindOneofCase.StructValue => new YamlMapping
        {
            Entries = [.. value.StructValue.Fields.Select(field => new YamlEntry(field.Key, Mark.None, ToNode(field.Value)))],
        },
        _ => Plain("null"),
    };

    private static YamlScalar Plain(string text) => new() { Text = text, Plain = true };
}
