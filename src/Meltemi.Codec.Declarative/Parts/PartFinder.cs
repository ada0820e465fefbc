using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Parts;

/// <summary>Finds what one path leads to. For many paths at once there is the attribute reader.</summary>
internal static class PartFinder
{
    /// <summary>The parts of fields whose positions are known.</summary>
    /// <param name="first">Of protobuf's fields that stand several times the first counts, as with other attributes; else the last, as protobuf has it.</param>
    public static Found Find(LayoutField[] fields, FieldPath path, in MessageView view, bool first = false)
    {
        if (!path.IsPart) return FindField(fields[path.Field], view);
        if (!view.TryRange(path.Field, out var at, out var length)) return default;
        switch (fields[path.Field].Parts)
        {
            case PairsFormat format:
                var pairs = new PairsWalk(format, view.Bytes, at, length);
                while (pairs.Next())
                {
                    if (pairs.KeyLength >= 0 && pairs.Key.SequenceEqual(path.Key))
                        return pairs.ValueLength < 0 ? default : new(FoundKind.Range, pairs.ValueAt, pairs.ValueLength);
                }

                return pairs.Malformed ? Found.Malformed : default;
            case TlvFormat format:
                var values = new TlvWalk(format, view.Bytes, at, length);
                while (values.Next())
                {
                    if (values.Tag == path.Tag) return new(FoundKind.Range, values.ValueAt, values.ValueLength);
                }

                return values.Malformed ? Found.Malformed : default;
            case LinesFormat format:
                var lines = new LinesWalk(format, view.Bytes, at, length);
                while (lines.Next())
                {
                    if (LinesWalk.IsSame(format, lines.Key, path.Key)) return new(FoundKind.Range, lines.ValueAt, lines.ValueLength);
                }

                return default;
            case ProtobufFormat:
                return FindInProtobuf(path.Numbers, view.Bytes, at, length, first);
            case JsonFormat:
                return JsonParts.Find(path.Names, view.Bytes, at, length);
            default:
                return default;
        }
    }

    public static bool Holds(LayoutField[] fields, Term term, in MessageView view)
    {
        var found = Find(fields, term.Path, view);
        return found.Kind switch
        {
            FoundKind.Number => term.Values.Has(found.Number),
            FoundKind.Range or FoundKind.Escaped => term.Values.Has(view.Bytes.Slice(found.At, found.Length)),
            FoundKind.Nothing => term.Values.HasNothing,
            _ => false,
        };
    }

    public static bool Holds(LayoutField[] fields, Term[] terms, in MessageView view)
    {
        foreach (var term in terms)
        {
            if (!Holds(fields, term, view)) return false;
        }

        return true;
    }

    private static Found FindField(LayoutField field, in MessageView view)
    {
        if (!view.TryRange(field.Index, out var at, out var length)) return default;
        if (!field.IsNumber) return new(FoundKind.Range, at, length);
        return view.TryNumber(field.Index, out var number) ? new(FoundKind.Number, at, length, number) : Found.Malformed;
    }

    private static Found FindInProtobuf(int[] numbers, ReadOnlySpan<byte> message, int at, int length, bool first)
    {
        var found = default(Found);
        for (var depth = 0; depth < numbers.Length; depth++)
        {
            found = default;
            var walk = new ProtobufWalk(message, at, length);
            while (walk.Next())
            {
                if (walk.FieldNumber != numbers[depth] || (first && found.IsThere)) continue;
                found = walk.WireType == ProtobufWalk.Bytes
                    ? new(FoundKind.Range, walk.ValueAt, walk.ValueLength)
                    : new(FoundKind.Number, walk.ValueAt, walk.ValueLength, walk.Value);
            }

            if (walk.Malformed) return Found.Malformed;
            if (found.Kind != FoundKind.Range) return depth == numbers.Length - 1 ? found : default;
            (at, length) = (found.At, found.Length);
        }

        return found;
    }
}
