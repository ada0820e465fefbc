using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Parts;

/// <summary>Walks lines of key and value. Empty lines are passed over; a line without separator is a key; the last line needs no end.</summary>
internal ref struct LinesWalk(LinesFormat format, ReadOnlySpan<byte> message, int start, int length)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _end = start + length;
    private int _at = start;

    /// <summary>Where the line begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where the next begins.</summary>
    public readonly int End => _at;

    public int KeyLength { get; private set; }

    public int ValueAt { get; private set; }

    public int ValueLength { get; private set; }

    public readonly ReadOnlySpan<byte> Key => _message.Slice(Start, KeyLength);

    public bool Next()
    {
        while (_at < _end)
        {
            Start = _at;
            var rest = _message[_at.._end];
            var size = rest.IndexOf(format.End);
            var line = size < 0 ? rest : rest[..size];
            _at += line.Length + (size < 0 ? 0 : format.End.Length);
            if (line.IsEmpty) continue;
            var separator = line.IndexOf(format.Separator);
            KeyLength = separator < 0 ? line.Length : separator;
            var value = separator < 0 ? [] : line[(separator + format.Separator.Length)..];
            ValueAt = Start + line.Length - value.TrimStart((byte)' ').Length;
            ValueLength = value.Trim((byte)' ').Length;
            return true;
        }

        Start = _at;
        return false;
    }

    public static bool IsSame(LinesFormat format, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        format.IgnoreCase ? System.Text.Ascii.EqualsIgnoreCase(left, right) : left.SequenceEqual(right);
}
