using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Meltemi.Xds.Writing;

/// <summary>Writes free values as the JSON that they are: <c>google.protobuf.Struct</c>, <c>Value</c> and <c>ListValue</c>.</summary>
internal static class StructJson
{
    public static void Write(Utf8JsonWriter json, string type, ReadOnlySpan<byte> bytes) => Write(json, type switch
    {
        "google.protobuf.Struct" => Value.ForStruct(Struct.Parser.ParseFrom(bytes)),
        "google.protobuf.Value" => Value.Parser.ParseFrom(bytes),
        _ => new Value { ListValue = ListValue.Parser.ParseFrom(bytes) },
    });

    private static void Write(Utf8JsonWriter json, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                json.WriteNumberValue(value.NumberValue);
                break;
            case Value.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.StructValue:
                json.WriteStartObject();
                foreach (var (key, item) in value.StructValue.Fields)
                {
                    json.WritePropertyName(key);
                    Write(json, item);
                }

                json.WriteEndObject();
                break;
            case Value.KindOneofCase.ListValue:
                json.WriteStartArray();
                foreach (var item in value.ListValue.Values) Write(json, item);
                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
