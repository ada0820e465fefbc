using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Rewriting;

/// <summary>Writes a field with changes applied to its parts; bytes that nothing touches are copied. False: it cannot carry them, or is broken.</summary>
internal static class PartWriters
{
    /// <summary>Bytes that a new part takes at most beside its key and value.</summary>
    public const int Overhead = 4 * NumberForms.MaxVarint;

    public static bool Write(PartFormat format, int[] path, ReadOnlySpan<byte> message, int at, int length, Mutation mutation, ref ByteWriter writer) => format switch
    {
        PairsFormat pairs => Write(pairs, message, at, length, mutation, ref writer),
        TlvFormat tlv => Write(tlv, message, at, length, mutation, ref writer),
        LinesFormat lines => Write(lines, message, at, length, mutation, ref writer),
        ProtobufFormat => WriteMap(path[0], message, at, length, mutation, ref writer),
        _ => false,
    };

    public static bool TryPair(PairsFormat format, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref ByteWriter writer)
    {
        if ((ulong)key.Length > NumberForms.Max(format.KeyLength) || (ulong)value.Length > NumberForms.Max(format.ValueLength)) return false;
        writer.Write(format.KeyLength, key.Length);
        writer.Write(key);
        writer.Write(format.ValueLength, value.Length);
        writer.Write(value);
        return true;
    }

    public static bool TryLine(LinesFormat format, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref ByteWriter writer)
    {
        if (key.IsEmpty || key.IndexOf(format.Separator) >= 0 || key.IndexOfAny(format.End) >= 0 || value.IndexOfAny(format.End) >= 0) return false;
        writer.Write(key);
        writer.Write(format.Separator);
        if (format.Separator is [(byte)':']) writer.Write(" "u8);
        writer.Write(value);
        writer.Write(format.End);
        return true;
    }

    public static bool TryTag(TlvFormat format, long tag, ReadOnlySpan<byte> value, ref ByteWriter writer)
    {
        long length = value.Length;
        if (format.CountsAll)
        {
            // A length of variable width counts itself too.
            var own = NumberForms.SizeOf(format.Tag, tag);
            for (var width = 1; ; width++)
            {
                length = value.Length + own + width;
                if (NumberForms.SizeOf(format.Length, length) <= width) break;
            }
        }

        if ((ulong)length > NumberForms.Max(format.Length)) return false;
        writer.Write(format.Tag, tag);
        writer.Write(format.Length, length);
        writer.Write(value);
        return true;
    }

    public static void WriteEntry(int number, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref ByteWriter writer)
    {
        var size = 2 + NumberForms.SizeOf(NumberForm.Varint, key.Length) + key.Length + NumberForms.SizeOf(NumberForm.Varint, value.Length) + value.Length;
        writer.Write(NumberForm.Varint, (long)number << 3 | ProtobufWalk.Bytes);
        writer.Write(NumberForm.Varint, size);
        WriteBytes(ProtobufMap.Key, key, ref writer);
        WriteBytes(ProtobufMap.Value, value, ref writer);
    }

    private static void WriteBytes(int number, ReadOnlySpan<byte> bytes, ref ByteWriter writer)
    {
        writer.Write(NumberForm.Varint, (long)number << 3 | ProtobufWalk.Bytes);
        writer.Write(NumberForm.Varint, bytes.Length);
        writer.Write(bytes);
    }

    private static bool Write(PairsFormat format, ReadOnlySpan<byte> message, int at, int length, Mutation mutation, ref ByteWriter writer)
    {
        var pass = new MutationPass(mutation);
        var pairs = new PairsWalk(format, message, at, length);
        while (pairs.Next())
        {
            ReadOnlySpan<byte> value = default;
            var fate = pairs.KeyLength < 0 ? PairFate.Keep : pass.Meet(pairs.Key, out value);
            if (fate == PairFate.Keep) writer.Write(message[pairs.Start..pairs.End]);
            else if (fate == PairFate.Replace && !TryPair(format, pairs.Key, value, ref writer)) return false;
        }

        while (pass.NextInsert(out var key, out var value))
        {
            if (!TryPair(format, key, value, ref writer)) return false;
        }

        return !pairs.Malformed;
    }

    private static bool Write(LinesFormat format, ReadOnlySpan<byte> message, int at, int length, Mutation mutation, ref ByteWriter writer)
    {
        // The last line may have no end; it gets one if another follows.
        var pass = new MutationPass(mutation);
        var lines = new LinesWalk(format, message, at, length);
        var isOpen = false;
        while (lines.Next())
        {
            var fate = pass.Meet(Spelled(format, mutation, lines.Key), out var value);
            if (fate == PairFate.Replace && !TryLine(format, lines.Key, value, ref writer)) return false;
            if (fate != PairFate.Keep) continue;
            var line = message[lines.Start..lines.End];
            isOpen = !line.EndsWith(format.End);
            writer.Write(line);
        }

        while (pass.NextInsert(out var key, out var value))
        {
            if (isOpen) writer.Write(format.End);
            isOpen = false;
            if (!TryLine(format, key, value, ref writer)) return false;
        }

        return true;
    }

    /// <summary>The key as the mutation spells it, where case does not count.</summary>
    private static ReadOnlySpan<byte> Spelled(LinesFormat format, Mutation mutation, ReadOnlySpan<byte> key)
    {
        if (!format.IgnoreCase) return key;
        foreach (ref readonly var change in mutation.Changes)
        {
            if (LinesWalk.IsSame(format, change.Key.Span, key)) return change.Key.Span;
        }

        return key;
    }

    private static bool Write(TlvFormat format, ReadOnlySpan<byte> message, int at, int length, Mutation mutation, ref ByteWriter writer)
    {
        // The keys of the changes are the tags, in digits.
        var pass = new MutationPass(mutation);
        Span<byte> digits = stackalloc byte[20];
        var walk = new TlvWalk(format, message, at, length);
        while (walk.Next())
        {
            var fate = pass.Meet(digits[..NumberForms.Write(NumberForm.Decimal, digits, walk.Tag)], out var value);
            if (fate == PairFate.Keep) writer.Write(message[walk.Start..walk.End]);
            else if (fate == PairFate.Replace && !TryTag(format, walk.Tag, value, ref writer)) return false;
        }

        while (pass.NextInsert(out var key, out var value))
        {
            if (!NumberForms.TryDigits(key, out var tag) || !TryTag(format, tag, value, ref writer)) return false;
        }

        return !walk.Malformed;
    }

    private static bool WriteMap(int number, ReadOnlySpan<byte> message, int at, int length, Mutation mutation, ref ByteWriter writer)
    {
        var pass = new MutationPass(mutation);
        var walk = new ProtobufWalk(message, at, length);
        while (walk.Next())
        {
            var fate = PairFate.Keep;
            ReadOnlySpan<byte> key = default, value = default;
            if (walk.FieldNumber == number && walk.WireType == ProtobufWalk.Bytes)
            {
                if (!ProtobufMap.TryEntry(message, walk.ValueAt, walk.ValueLength, out var name, out _)) return false;
                key = message.Slice(name.At, name.Length);
                fate = pass.Meet(key, out value);
            }

            if (fate == PairFate.Keep) writer.Write(message[walk.Start..walk.End]);
            else if (fate == PairFate.Replace) WriteEntry(number, key, value, ref writer);
        }

        while (pass.NextInsert(out var key, out var value)) WriteEntry(number, key, value, ref writer);
        return !walk.Malformed;
    }
}
