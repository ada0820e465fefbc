using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Schema;
using Kind = Meltemi.Xds.Rules.Field.Types.Kind;

namespace Meltemi.Xds.Writing;

/// <summary>
/// Writes a message in wire form as protobuf's JSON, with the fields' own names as Envoy's <c>/config_dump</c> has them. Fields that are not known are
/// left out; so is what stands at its default, since the wire does not have it.
/// </summary>
public static class WireJson
{
    // As deep as the generated parsers go.
    private const int MaxDepth = 100;

    /// <summary>Writes an object.</summary>
    /// <param name="type">Full name of its type; of one that is not known only the bytes are written.</param>
    public static void Write(Utf8JsonWriter json, string type, ReadOnlySpan<byte> message)
    {
        json.WriteStartObject();
        WriteTyped(json, type, message, 0);
        json.WriteEndObject();
    }

    /// <summary>Writes an Any: the object with its <c>@type</c>.</summary>
    public static void WriteAny(Utf8JsonWriter json, string typeUrl, ReadOnlySpan<byte> value)
    {
        json.WriteStartObject();
        WriteAny(json, typeUrl, value, 0);
        json.WriteEndObject();
    }

    private static void WriteAny(Utf8JsonWriter json, string typeUrl, ReadOnlySpan<byte> value, int depth)
    {
        json.WriteString("@type", typeUrl);
        WriteTyped(json, AnyTypes.TypeName(typeUrl), value, depth);
    }

    private static void WriteTyped(Utf8JsonWriter json, string type, ReadOnlySpan<byte> message, int depth)
    {
        if (SchemaSet.Default.Message(type) is { } schema && depth <= MaxDepth) WriteFields(json, schema, message, depth);
        else json.WriteBase64String("value", message);
    }

    private static void WriteFields(Utf8JsonWriter json, MessageSchema schema, ReadOnlySpan<byte> message, int depth)
    {
        // The elements of a list may stand apart on the wire.
        var seen = new HashSet<int>();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (schema.Find(reader.FieldNumber) is not { } field || !seen.Add(field.Number)) continue;
            json.WritePropertyName(field.WrittenName);
            if (!field.Repeated) WriteValue(json, field, Last(message, field.Number), depth);
            else if (SchemaSet.Default.Message(field.TypeName) is { IsMapEntry: true } entry) WriteMap(json, entry, field.Number, message, depth);
            else WriteList(json, field, message, depth);
        }
    }

    /// <summary>The field of a number; the last one counts.</summary>
    private static WireReader Last(ReadOnlySpan<byte> message, int number)
    {
        var found = new WireReader([]);
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.FieldNumber == number) found = reader;
        }

        return found;
    }

    private static void WriteList(Utf8JsonWriter json, FieldSchema field, ReadOnlySpan<byte> message, int depth)
    {
        json.WriteStartArray();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.FieldNumber != field.Number) continue;
            if (reader.IsNumber || field.Type is Kind.Message or Kind.String or Kind.Bytes) WriteValue(json, field, reader, depth);
            else WritePacked(json, field, reader.Bytes, depth);
        }

        json.WriteEndArray();
    }

    private static void WritePacked(Utf8JsonWriter json, FieldSchema field, ReadOnlySpan<byte> packed, int depth)
    {
        var reader = new WireReader(packed);
        while (reader.NextPacked(field.Type)) WriteValue(json, field, reader, depth);
    }

    private static void WriteMap(Utf8JsonWriter json, MessageSchema entry, int number, ReadOnlySpan<byte> message, int depth)
    {
        json.WriteStartObject();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.FieldNumber != number) continue;
            var key = Last(reader.Bytes, 1);
            json.WritePropertyName(key.IsNumber ? key.Number.ToString(CultureInfo.InvariantCulture) : Encoding.UTF8.GetString(key.Bytes));
            WriteValue(json, entry.Fields[1], Last(reader.Bytes, 2), depth);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, FieldSchema field, WireReader value, int depth)
    {
        if (field.Type == Kind.Message) WriteMessage(json, field.TypeName, value.Bytes, depth + 1);
        else WriteScalar(json, field.Type, field.TypeName, value);
    }

    private static void WriteScalar(Utf8JsonWriter json, Kind type, string typeName, WireReader value)
    {
        switch (type)
        {
            case Kind.String:
                json.WriteStringValue(Encoding.UTF8.GetString(value.Bytes));
                break;
            case Kind.Bytes:
                json.WriteBase64StringValue(value.Bytes);
                break;
            case Kind.Bool:
                json.WriteBooleanValue(value.Number != 0);
                break;
            case Kind.Enum:
                if (SchemaSet.Default.Enum(typeName).NameOf((int)value.Number) is { } name) json.WriteStringValue(name);
                else json.WriteNumberValue((int)value.Number);
                break;
            case Kind.Double:
                WriteReal(json, BitConverter.UInt64BitsToDouble(value.Number));
                break;
            case Kind.Float:
                WriteReal(json, BitConverter.UInt32BitsToSingle((uint)value.Number));
                break;
            case Kind.Int32:
                json.WriteNumberValue((int)value.Number);
                break;
            case Kind.Uint32:
                json.WriteNumberValue((uint)value.Number);
                break;
            case Kind.Int64:
                json.WriteStringValue(((long)value.Number).ToString(CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(value.Number.ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteDuration(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        var seconds = (long)Last(bytes, Duration.SecondsFieldNumber).Number;
        var nanos = (int)Last(bytes, Duration.NanosFieldNumber).Number;
        json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{seconds + nanos / 1e9m:0.#########}s"));
    }

    private static void WriteReal(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteMessage(Utf8JsonWriter json, string type, ReadOnlySpan<byte> bytes, int depth)
    {
        if (WrapperTypes.Find(type) is { } wrapped)
        {
            var inner = new WireReader(bytes);
            _ = inner.Next(); // nothing: the default
            WriteScalar(json, wrapped, "", inner);
            return;
        }

        switch (type)
        {
            case "google.protobuf.Duration":
                WriteDuration(json, bytes);
                return;
            case "google.protobuf.Struct" or "google.protobuf.Value" or "google.protobuf.ListValue":
                StructJson.Write(json, type, bytes);
                return;
        }

        json.WriteStartObject();
        if (type == "google.protobuf.Any") WriteAny(json, Encoding.UTF8.GetString(Last(bytes, 1).Bytes), Last(bytes, 2).Bytes, depth);
        else WriteTyped(json, type, bytes, depth);
        json.WriteEndObject();
    }
}
