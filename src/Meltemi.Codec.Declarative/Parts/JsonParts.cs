using System.Text.Json;

namespace Meltemi.Codec.Declarative.Parts;

/// <summary>Finds values in JSON objects by the names that lead to them. Of a name that stands twice the first counts.</summary>
internal static class JsonParts
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <summary>Texts are given without quotes; numbers, true and false as they stand; null is nothing; objects and lists are given whole.</summary>
    public static Found Find(byte[][] names, ReadOnlySpan<byte> message, int at, int length)
    {
        var reader = new Utf8JsonReader(message.Slice(at, length), Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Found.Malformed;
            return Find(ref reader, names, at);
        }
        catch (JsonException)
        {
            // The only way in which the reader says that it is no JSON.
            return Found.Malformed;
        }
    }

    /// <summary>The text behind its escapes; answers how many bytes it has.</summary>
    public static int Unescape(ReadOnlySpan<byte> message, in Found text, Span<byte> to)
    {
        var reader = new Utf8JsonReader(message.Slice(text.At - 1, text.Length + 2), Options);
        try
        {
            return reader.Read() ? reader.CopyString(to) : 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return 0;
        }
    }

    private static Found Find(ref Utf8JsonReader reader, byte[][] names, int at)
    {
        for (var depth = 0; depth < names.Length; depth++)
        {
            var there = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                there = reader.ValueTextEquals(names[depth]);
                reader.Read();
                if (there) break;
                reader.Skip();
            }

            if (!there) return default;
            if (depth < names.Length - 1 && reader.TokenType != JsonTokenType.StartObject) return default;
        }

        var start = at + (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.String:
                return new(reader.ValueIsEscaped ? FoundKind.Escaped : FoundKind.Range, start + 1, reader.ValueSpan.Length);
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                reader.Skip();
                return new(FoundKind.Range, start, at + (int)reader.BytesConsumed - start);
            default:
                return new(FoundKind.Range, start, reader.ValueSpan.Length);
        }
    }
}
