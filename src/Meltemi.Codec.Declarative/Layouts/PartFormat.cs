namespace Meltemi.Codec.Declarative.Layouts;

/// <summary>How the parts of a field stand in it.</summary>
internal abstract record PartFormat;

/// <summary>Keys and values, each after its length. A negative length is that of a null.</summary>
internal sealed record PairsFormat(NumberForm KeyLength, NumberForm ValueLength) : PartFormat;

/// <summary>Tag, length, value.</summary>
internal sealed record TlvFormat(NumberForm Tag, NumberForm Length, bool CountsAll, IReadOnlyDictionary<string, long> Tags) : PartFormat
{
    /// <summary>The names of tags, for search without allocation.</summary>
    public (byte[] Name, long Tag)[] Names { get; } = [.. Tags.Select(pair => (System.Text.Encoding.UTF8.GetBytes(pair.Key), pair.Value))];
}

/// <summary>Lines of key and value.</summary>
internal sealed record LinesFormat(byte[] Separator, byte[] End, bool IgnoreCase) : PartFormat;

/// <summary>An object in JSON.</summary>
internal sealed record JsonFormat : PartFormat;

/// <summary>A message of protobuf.</summary>
internal sealed record ProtobufFormat : PartFormat;
