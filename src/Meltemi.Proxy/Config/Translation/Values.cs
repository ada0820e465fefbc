using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Well-known protobuf values in .NET terms.</summary>
internal static class Values
{
    /// <summary>A duration that cannot be longer than what timers take: 24 days.</summary>
    public static TimeSpan Span(Duration duration)
    {
        var limit = TimeSpan.FromMilliseconds(int.MaxValue);
        if (duration.Seconds > (long)limit.TotalSeconds) return limit;
        return duration.Seconds < 0 ? TimeSpan.Zero : new TimeSpan(duration.Seconds * TimeSpan.TicksPerSecond + duration.Nanos / 100);
    }

    /// <summary>A duration that may be left out.</summary>
    public static TimeSpan SpanOr(Duration? duration, TimeSpan otherwise) => duration is null ? otherwise : Span(duration);

    /// <summary>An unsigned number that has to fit an int; larger ones mean no bound anyway.</summary>
    public static int Clamp(ulong value) => (int)Math.Min(value, int.MaxValue);

    /// <summary>A value as the text that a label or a log shows: texts bare, the rest as JSON.</summary>
    public static string Text(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NullValue or Value.KindOneofCase.None => "",
        _ => Json(value),
    };

    /// <summary>A value as JSON.</summary>
    public static string Json(Value value)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output)) Write(writer, value);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>An object as JSON.</summary>
    public static string Json(Struct value) => Json(Value.ForStruct(value));

    private static void Write(Utf8JsonWriter writer, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                writer.WriteNumberValue(value.NumberValue);
                break;
            case Value.KindOneofCase.StringValue:
                writer.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.BoolValue:
                writer.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.StructValue:
                writer.WriteStartObject();
                foreach (var (key, item) in value.StructValue.Fields)
                {
                    writer.WritePropertyName(key);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            case Value.KindOneofCase.ListValue:
                writer.WriteStartArray();
                foreach (var item in value.ListValue.Values) Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
