namespace Meltemi.Codec.Declarative.Parts;

/// <summary>Entries of protobuf's maps of texts.</summary>
internal static class ProtobufMap
{
    public const int Key = 1, Value = 2;

    /// <summary>Finds key and value of an entry; what is not there is empty. False if it is broken.</summary>
    public static bool TryEntry(ReadOnlySpan<byte> message, int at, int length, out Found key, out Found value)
    {
        key = value = new(FoundKind.Range, at, 0);
        var walk = new ProtobufWalk(message, at, length);
        while (walk.Next())
        {
            if (walk.WireType != ProtobufWalk.Bytes) continue;
            if (walk.FieldNumber == Key) key = new(FoundKind.Range, walk.ValueAt, walk.ValueLength);
            else if (walk.FieldNumber == Value) value = new(FoundKind.Range, walk.ValueAt, walk.ValueLength);
        }

        return !walk.Malformed;
    }
}
