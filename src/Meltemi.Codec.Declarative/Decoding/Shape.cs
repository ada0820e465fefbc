using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>
/// The head of a message: the fields of fixed size at its beginning, of which conditions decide which are there. For each outcome there is one shape, in
/// which every field has its fixed place. Fields rather than properties, since decoding reads them in place; nothing changes them.
/// </summary>
internal sealed class Shape
{
    /// <summary>Its number: a bit for each condition that holds.</summary>
    public required int Index { get; init; }

    /// <summary>Bytes of the head.</summary>
    public required int Size;

    /// <summary>Bytes that the whole message has at least.</summary>
    public required int MinSize { get; init; }

    /// <summary>Offsets of the head's fields; -1: not there.</summary>
    public required int[] Offsets { get; init; }

    /// <summary>The numbers among them.</summary>
    public required Number[] Numbers { get; init; }

    /// <summary>What its fields must be like.</summary>
    public required Check[] Checks;

    /// <summary>The kinds of messages by who sends them.</summary>
    public required KindTable[] Kinds;

    /// <summary>The length of the message, if it stands in the head, and what is added to it.</summary>
    public Number Length = Number.Absent;

    public long LengthBase;

    /// <summary>Sizes of what follows the head, if all of them stand in it; null: a walk finds them.</summary>
    public SizeTerm[]? Sizes;

    /// <summary>
    /// The same for each field behind the head, where that is all there is to know; the last may be the rest, which has no number. Null: a walk finds them.
    /// </summary>
    public SizeTerm[]? Places { get; init; }

    /// <summary>Sizes of the fields that the rules of the status look at; null: it cannot be told whether they are empty.</summary>
    public SizeTerm[]? Looked { get; init; }

    /// <summary>The id, if it stands in the head.</summary>
    public Number Id = Number.Absent;

    public Number Variant = Number.Absent;

    public Number Status = Number.Absent;

    /// <summary>What a request hands to its answer.</summary>
    public Number[] Memo { get; init; } = [];
}

/// <summary>A size that stands in the head.</summary>
internal readonly struct SizeTerm(Number number, int plus)
{
    public readonly Number Number = number;
    public readonly int Plus = plus;
}

/// <summary>What a field must be like: these bytes, or one of these values.</summary>
/// <param name="encodings">The values as bytes, to judge by the first of them; none: only whole fields are judged.</param>
internal readonly struct Check(int at, int size, byte[]? bytes, Number number, ValueSet? values, byte[][] encodings)
{
    private readonly bool[]? _byByte = number.IsWholeByte ? values?.Bytes() : null;

    public bool Holds(ReadOnlySpan<byte> message)
    {
        if (_byByte is { } byByte) return (uint)at >= (uint)message.Length || byByte[message[at]];
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
