using Meltemi.Codec;

namespace Meltemi.Protocols.Protobuf;

/// <summary>A field <c>map&lt;string, string&gt;</c> (or bytes, which are the same on the wire): entries with the key as field 1, the value as 2.</summary>
internal static class ProtoMap
{
    /// <summary>Most that a changed pair takes beside its key and value, and another number beside the one before.</summary>
    public const int PairOverhead = 24, NumberOverhead = 16;

    /// <summary>Reads an entry; what is not there is empty. False if it is broken.</summary>
    public static bool TryEntry(ReadOnlySpan<byte> message, in ProtoField entry, out ProtoField key, out ProtoField value)
    {
        key = value = new(0, ProtoReader.Bytes, entry.End, entry.End, entry.End, 0);
        var reader = new ProtoReader(message, entry.Value, entry.End);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (!field.IsBytes) continue;
            if (field.Number == 1) key = field;
            else if (field.Number == 2) value = field;
        }

        return true;
    }

    /// <summary>
    /// Copies the fields of a message between two places, the map's entries changed and, unless <paramref name="idField"/> is 0, with
    /// another number in that field. False if the fields are broken.
    /// </summary>
    public static bool TryRewrite(
        ref SpanWriter writer, ReadOnlySpan<byte> message, int start, int end, int mapField, Mutation mutation, int idField = 0, ulong id = 0)
    {
        var pass = new MutationPass(mutation);
        var hasId = idField == 0 || id == 0;
        var reader = new ProtoReader(message, start, end);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (idField != 0 && field.Number == idField && field.IsVarint)
            {
                ProtoWriter.Number(ref writer, idField, id);
                hasId = true;
                continue;
            }

            ReadOnlySpan<byte> value = default;
            var fate = PairFate.Keep;
            ProtoField key = default;
            if (!mutation.IsEmpty && field.Number == mapField && field.IsBytes)
            {
                if (!TryEntry(message, field, out key, out _)) return false;
                fate = pass.Meet(key.In(message), out value);
            }

            if (fate == PairFate.Keep) writer.Write(message[field.Start..field.End]);
            else if (fate == PairFate.Replace) ProtoWriter.Entry(ref writer, mapField, key.In(message), value);
        }

        if (!hasId) ProtoWriter.Number(ref writer, idField, id);
        while (pass.NextInsert(out var key, out var value)) ProtoWriter.Entry(ref writer, mapField, key, value);
        return true;
    }
}
