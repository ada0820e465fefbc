using System.Buffers.Binary;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Attributes;

/// <summary>A length before a text, as a type of its own so that a loop over pairs is compiled for it.</summary>
internal interface ITextLength
{
    static abstract int Size { get; }

    static abstract int Read(ReadOnlySpan<byte> bytes);
}

/// <summary>16 bits, big-endian.</summary>
internal readonly struct ShortLength : ITextLength
{
    public static int Size => 2;

    public static int Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);
}

/// <summary>32 bits, big-endian and signed: -1 is that of a null.</summary>
internal readonly struct SignedLength : ITextLength
{
    public static int Size => 4;

    public static int Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);
}

/// <summary>Does what <see cref="PairsReader"/> does for pairs whose lengths are of one type, faster.</summary>
internal sealed class PairsReader<TLength>(int field, AttributeKeys keys, Target[][] targets) : PartReader(field)
    where TLength : struct, ITextLength
{
    // The usual part: it goes to one slot as it stands.
    private readonly int[] _slots = [.. targets.Select(all => all is [{ Slot: >= 0 and var slot }] ? slot : -1)];

    public override bool Read(ReadOnlySpan<byte> message, int at, int length, AttributeValues values, Span<Found> found)
    {
        var end = at + length;
        message = message[..end];
        while (at < end)
        {
            if (!TryText(message, ref at, out var keyAt, out var keyLength) || !TryText(message, ref at, out var valueAt, out var valueLength)) return false;
            if (keyLength < 0 || valueLength < 0) continue;
            var index = keys.IndexOf(message.Slice(keyAt, keyLength));
            if (index < 0) continue;
            if (_slots[index] >= 0) values.SetRange(_slots[index], valueAt, valueLength);
            else Put(targets[index], valueAt, valueLength, values, found);
        }

        return true;
    }

    private static bool TryText(ReadOnlySpan<byte> message, ref int at, out int textAt, out int length)
    {
        (textAt, length) = (at + TLength.Size, 0);
        if (message.Length - at < TLength.Size) return false;
        length = TLength.Read(message[at..]);
        at = textAt;
        if (length < 0) return length == -1;
        if (length > message.Length - at) return false;
        at += length;
        return true;
    }
}
