using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Attributes;

/// <summary>Where a part that was found goes: straight to a slot, or to the list of what was found.</summary>
internal readonly record struct Target(int Slot, int Index);

/// <summary>Reads the wanted parts of one field in one pass.</summary>
internal abstract class PartReader(int field)
{
    /// <summary>Index of the field.</summary>
    public int Field { get; } = field;

    /// <summary>False if the field is broken.</summary>
    public abstract bool Read(ReadOnlySpan<byte> message, int at, int length, AttributeValues values, Span<Found> found);

    protected static void Put(Target[] targets, int at, int length, AttributeValues values, Span<Found> found)
    {
        foreach (var target in targets)
        {
            if (target.Slot >= 0) values.SetRange(target.Slot, at, length);
            else if (found[target.Index].Kind == FoundKind.Nothing) found[target.Index] = new(FoundKind.Range, at, length);
        }
    }
}

/// <summary>Of keys and values after their lengths.</summary>
internal sealed class PairsReader(int field, PairsFormat format, AttributeKeys keys, Target[][] targets) : PartReader(field)
{
    /// <summary>The reader for a format: the usual lengths have one that is compiled for them.</summary>
    public static PartReader Of(int field, PairsFormat format, AttributeKeys keys, Target[][] targets) => format switch
    {
        { KeyLength: NumberForm.U16, ValueLength: NumberForm.U16 } => new PairsReader<ShortLength>(field, keys, targets),
        { KeyLength: NumberForm.I32, ValueLength: NumberForm.I32 } => new PairsReader<SignedLength>(field, keys, targets),
        _ => new PairsReader(field, format, keys, targets),
    };

    public override bool Read(ReadOnlySpan<byte> message, int at, int length, AttributeValues values, Span<Found> found)
    {
        var pairs = new PairsWalk(format, message, at, length);
        while (pairs.Next())
        {
            if (pairs.KeyLength < 0 || pairs.ValueLength < 0) continue;
            var index = keys.IndexOf(pairs.Key);
            if (index >= 0) Put(targets[index], pairs.ValueAt, pairs.ValueLength, values, found);
        }

        return !pairs.Malformed;
    }
}

/// <summary>Of lines.</summary>
internal sealed class LinesReader(int field, LinesFormat format, byte[][] keys, Target[][] targets) : PartReader(field)
{
    public override bool Read(ReadOnlySpan<byte> message, int at, int length, AttributeValues values, Span<Found> found)
    {
        var lines = new LinesWalk(format, message, at, length);
        while (lines.Next())
        {
            for (var i = 0; i < keys.Length; i++)
            {
                if (LinesWalk.IsSame(format, lines.Key, keys[i])) Put(targets[i], lines.ValueAt, lines.ValueLength, values, found);
            }
        }

        return true;
    }
}

/// <summary>Of tags.</summary>
internal sealed class TlvReader(int field, TlvFormat format, long[] tags, Target[][] targets) : PartReader(field)
{
    public override bool Read(ReadOnlySpan<byte> message, int at, int length, AttributeValues values, Span<Found> found)
    {
        var walk = new TlvWalk(format, message, at, length);
        while (walk.Next())
        {
            var index = Array.IndexOf(tags, walk.Tag);
            if (index >= 0) Put(targets[index], walk.ValueAt, walk.ValueLength, values, found);
        }

        return !walk.Malformed;
    }
}

/// <summary>Of a map of texts in a protobuf message: messages of which field 1 is the key and field 2 the value.</summary>
internal sealed class ProtobufMapReader(int field, int[] path, AttributeKeys keys, Target[][] targets) : PartReader(field)
{
    public override bool Read(ReadOnlySpan<byte> message, int at, int length, AttributeValues values, Span<Found> found) =>
        Read(message, at, length, 0, values, found);

    private bool Read(ReadOnlySpan<byte> message, int at, int length, int depth, AttributeValues values, Span<Found> found)
    {
        var walk = new ProtobufWalk(message, at, length);
        while (walk.Next())
        {
            if (walk.FieldNumber != path[depth] || walk.WireType != ProtobufWalk.Bytes) continue;
            var ok = depth == path.Length - 1
                ? ReadEntry(message, walk.ValueAt, walk.ValueLength, values, found)
                : Read(message, walk.ValueAt, walk.ValueLength, depth + 1, values, found);
            if (!ok) return false;
        }

        return !walk.Malformed;
    }

    private bool ReadEntry(ReadOnlySpan<byte> message, int at, int length, AttributeValues values, Span<Found> found)
    {
        if (!ProtobufMap.TryEntry(message, at, length, out var key, out var value)) return false;
        var index = keys.IndexOf(message.Slice(key.At, key.Length));
        if (index >= 0) Put(targets[index], value.At, value.Length, values, found);
        return true;
    }
}

/// <summary>One path in JSON or protobuf, or a field itself.</summary>
internal sealed class PathReader(LayoutField[] fields, FieldPath path, Target target)
{
    public FieldPath Path { get; } = path;

    public bool Read(in MessageView view, AttributeValues values, Span<Found> found)
    {
        var one = PartFinder.Find(fields, Path, view, first: true);
        if (one.Kind == FoundKind.Malformed) return false;
        if (!one.IsThere || (!Path.IsPart && one.Length == 0)) return true;
        if (target.Slot >= 0 && one.Kind == FoundKind.Range) values.SetRange(target.Slot, one.At, one.Length);
        else if (target.Slot >= 0 && one.Kind == FoundKind.Number) values.SetNumber(target.Slot, one.Number);
        else if (target.Index >= 0) found[target.Index] = one;
        return true;
    }
}
