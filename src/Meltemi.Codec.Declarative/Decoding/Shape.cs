using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>
/// The head of a message: the fields of fixed size at its beginning, of which conditions decide which are there. For each outcome there is one shape, in
/// which every field has its fixed place.
/// </summary>
internal sealed class Shape
{
    /// <summary>Its number: a bit for each condition that holds.</summary>
    public required int Index { get; init; }

    /// <summary>Bytes of the head.</summary>
    public required int Size { get; init; }

    /// <summary>Bytes that the whole message has at least.</summary>
    public required int MinSize { get; init; }

    /// <summary>Offsets of the head's fields; -1: not there.</summary>
    public required int[] Offsets { get; init; }

    /// <summary>The numbers among them.</summary>
    public required Number[] Numbers { get; init; }

    /// <summary>What its fields must be like.</summary>
    public required Check[] Checks { get; init; }

    /// <summary>The kinds of messages by who sends them.</summary>
    public required KindTable[] Kinds { get; init; }

    /// <summary>The length of the message, if it stands in the head, and what is added to it.</summary>
    public Number Length { get; init; } = Number.Absent;

    public long LengthBase { get; init; }

    /// <summary>Sizes of what follows the head, if all of them stand in it; null: a walk finds them.</summary>
    public SizeTerm[]? Sizes { get; init; }

    /// <summary>The id, if it stands in the head.</summary>
    public Number Id { get; init; } = Number.Absent;

    public Number Variant { get; init; } = Number.Absent;

    public Number Status { get; init; } = Number.Absent;

    /// <summary>What a request hands to its answer.</summary>
    public Number[] Memo { get; init; } = [];
}

/// <summary>A size that stands in the head.</summary>
internal readonly record struct SizeTerm(Number Number, int Plus);

/// <summary>What a field must be like: these bytes, or one of these values.</summary>
/// <param name="encodings">The values as bytes, to judge by the first of them; none: only whole fields are judged.</param>
internal readonly struct Check(int at, int size, byte[]? bytes, Number number, ValueSet? values, byte[][] encodings)
{
    public bool Holds(ReadOnlySpan<byte> message)
    {
        if (message.Length < at + size) return MayHold(message);
        if (bytes is not null) return message.Slice(at, size).SequenceEqual(bytes);
        return number.IsPresent ? values!.Has(number.Read(message)) : values!.Has(message.Slice(at, size));
    }

    /// <summary>Whether the beginning of the field is that of one of the values.</summary>
    private bool MayHold(ReadOnlySpan<byte> message)
    {
        if (message.Length <= at || encodings.Length == 0) return true;
        var there = message[at..];
        foreach (var encoding in encodings)
        {
            if (encoding.AsSpan().StartsWith(there)) return true;
        }

        return false;
    }
}
