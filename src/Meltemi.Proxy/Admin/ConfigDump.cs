using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Dynamic;

namespace Meltemi.Proxy.Admin;

/// <summary>
/// The configuration in force as JSON: what the proxy runs by, after defaults, rather than what was written. It holds no secrets yet; whoever
/// adds one to the configuration adds a converter here that hides it.
/// </summary>
public static class ConfigDump
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper),
            new TextConverter<EndPoint>(address => address.ToString() ?? ""),
            new TextConverter<ICodec>(codec => codec.Info.Name),
            new TextConverter<TimeSpan>(time => FormattableString.Invariant($"{time.TotalSeconds}s")),
            new ActualTypeConverter<ChainConfig>(),
            new ActualTypeConverter<ProbeConfig>(),
            new ActualTypeConverter<ValueMatch>(),
        },
    };

    /// <summary>The dump, in the frame of Envoy's <c>/config_dump</c>: a list of parts, each with its type.</summary>
    /// <param name="config">What the proxy runs by.</param>
    /// <param name="resources">What came from control planes, as it came; null: there is none.</param>
    public static string Write(ProxyConfig config, IReadOnlyList<ResourceStatus>? resources = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("configs");
            JsonSerializer.Serialize(json, new Part("meltemi.ListenersDump", config.Listeners), Options);
            JsonSerializer.Serialize(json, new Part("meltemi.ClustersDump", config.Clusters), Options);
            JsonSerializer.Serialize(json, new Part("meltemi.NodeDump", config.Node), Options);
            if (resources is not null) DynamicDump.Write(json, resources);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed record Part([property: JsonPropertyName("@type")] string Type, object Content);

    private sealed class TextConverter<T>(Func<T, string> text) : JsonConverter<T>
    {
        public override bool CanConvert(Type typeToConvert) => typeof(T).IsAssignableFrom(typeToConvert);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(text(value));
    }

    /// <summary>A value of one of several kinds: an object with the kind's name.</summary>
    private sealed class ActualTypeConverter<T> : JsonConverter<T>
        where T : notnull
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(value.GetType().Name));
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
            writer.WriteEndObject();
        }
    }
}
