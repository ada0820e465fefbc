using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>Where the length of a message stands: the field, and what its value is counted from.</summary>
/// <param name="From">Field at whose end counting begins; -1: at the beginning of the message.</param>
internal sealed record LengthRule(int Field, int From, int Plus);

/// <summary>Walks the fields behind the head, whose places hang on what stands in them.</summary>
internal sealed class Tail
{
    /// <summary>Most fields, so that their positions fit on the stack.</summary>
    public const int MaxFields = 64;

    private readonly LayoutField[] _fields;
    private readonly int _first;
    private readonly LengthRule? _length;
    private readonly int _lengthAt;
    private readonly int _delimiterSize;
    private readonly int _maxFrameBytes;
    private readonly int[] _minRest;
    private readonly Decoded _notThis;

    /// <param name="first">Index of the first field behind the head.</param>
    /// <param name="length">Only if it cannot be known from the head.</param>
    public Tail(LayoutField[] fields, int first, LengthRule? length, int delimiterSize, int maxFrameBytes, string protocol)
    {
        (_fields, _first, _length, _delimiterSize, _maxFrameBytes) = (fields, first, length, delimiterSize, maxFrameBytes);
        _lengthAt = length is null ? -1 : Math.Max(length.Field, length.From);
        _minRest = new int[fields.Length + 1];
        _minRest[^1] = delimiterSize;
        for (var i = fields.Length - 1; i >= 0; i--) _minRest[i] = _minRest[i + 1] + (fields[i].When is null ? fields[i].MinSize : 0);
        _notThis = Decoded.NotThis($"{protocol}: a constant of the protocol is another");
    }

    /// <summary>Numbers that <see cref="Walk"/> writes.</summary>
    public int PositionCount => 2 * (_fields.Length - _first);

    /// <summary>Finds the fields.</summary>
    /// <param name="total">Length of the message; -1: not known yet. Comes back as far as the walk came to know it.</param>
    /// <param name="upTo">Index of the field behind the last that is wanted.</param>
    public Decoded Walk(ReadOnlySpan<byte> bytes, Shape shape, ref int total, Span<int> positions, int upTo)
    {
        var at = shape.Size;
        if (total >= 0 && total <= bytes.Length && shape.Places is { } places) return Place(bytes[..total], places, at, positions, upTo);
        if (_lengthAt >= 0 && _lengthAt < _first && total < 0)
        {
            var view = new MessageView(_fields, bytes, shape, positions);
            if (!TryTotal(view, at, ref total)) return Decoded.Malformed("the length is out of bounds");
        }

        for (var i = _first; i < upTo; i++)
        {
            var field = _fields[i];
            ref var position = ref positions[2 * (i - _first)];
            ref var size = ref positions[2 * (i - _first) + 1];
            (position, size) = (-1, 0);
            var view = new MessageView(_fields, bytes, shape, positions);
            if (field.When is { } when && !PartFinder.Holds(_fields, when.Terms, view)) continue;
            if (field.IsBits)
            {
                position = view.TryRange(field.BitsOf, out _, out _) ? 0 : -1;
                continue;
            }

            var answer = TrySize(field, view, at, total, out var length);
            if (answer.Status != DecodeStatus.Complete) return answer;
            answer = IsThere(at, length, total, bytes.Length, i);
            if (answer.Status != DecodeStatus.Complete) return answer;
            (position, size) = (at, field.Size == SizeKind.Until ? length - field.Until.Length : length);
            at += length;
            if (!IsRight(field, new MessageView(_fields, bytes, shape, positions))) return i == 0 ? _notThis : Decoded.Malformed("a constant is another");
            if (i == _lengthAt && total < 0 && !TryTotal(new MessageView(_fields, bytes, shape, positions), at, ref total))
                return Decoded.Malformed("the length is out of bounds");
        }

        if (upTo < _fields.Length) return Decoded.Complete;
        if (total < 0) total = at;
        if (at + _delimiterSize > total) return Decoded.Malformed("the fields are longer than the message");
        return total <= bytes.Length ? Decoded.Complete : Decoded.Need(total);
    }

    /// <summary>Where every size stands in the head there is nothing to look for.</summary>
    private Decoded Place(ReadOnlySpan<byte> message, SizeTerm[] places, int at, Span<int> positions, int upTo)
    {
        for (var i = 0; i < upTo - _first; i++)
        {
            ref readonly var term = ref places[i];
            var size = term.Number.IsPresent ? term.Number.Read(message) + term.Plus : message.Length - at;
            if ((ulong)size > (ulong)(message.Length - at)) return Decoded.Malformed("the fields are longer than the message");
            positions[2 * i] = at;
            positions[2 * i + 1] = (int)size;
            at += (int)size;
        }

        return Decoded.Complete;
    }

    private Decoded TrySize(LayoutField field, in MessageView view, int at, int total, out int length)
    {
        length = field.FixedSize;
        var bytes = view.Bytes;
        switch (field.Size)
        {
            case SizeKind.Own when !field.IsFixed:
                var rest = bytes[Math.Min(at, bytes.Length)..];
                if (total >= 0) rest = rest[..Math.Max(0, Math.Min(rest.Length, total - at))];
                length = NumberForms.TryRead(field.Form, rest, out _);
                if (length < 0) return Decoded.Malformed("a number is longer than 64 bits");
                if (length == 0) length = rest.Length + 1;
                return Decoded.Complete;
            case SizeKind.Field:
                if (!view.TryNumber(field.SizeField, out var size)) return Decoded.Malformed("a size is not there");
                size += _fields[field.SizeField].Plus;
                if (size < 0 || size > _maxFrameBytes) return Decoded.Malformed("a size is out of bounds");
                length = (int)size;
                return Decoded.Complete;
            case SizeKind.Rest:
                length = total - at - _minRest[field.Index + 1];
                return length < 0 ? Decoded.Malformed("the fields are longer than the message") : Decoded.Complete;
            case SizeKind.Until:
                return TryUntil(field, bytes, at, total, out length);
            default:
                return Decoded.Complete;
        }
    }

    private Decoded TryUntil(LayoutField field, ReadOnlySpan<byte> bytes, int at, int total, out int length)
    {
        var end = total >= 0 ? Math.Min(total, bytes.Length) : bytes.Length;
        var found = at < end ? bytes[at..end].IndexOf(field.Until) : -1;
        length = found + field.Until.Length;
        if (found >= 0) return Decoded.Complete;
        if (total >= 0) return total <= bytes.Length ? Decoded.Malformed("a delimiter is missing") : Decoded.Need(total);
        if (bytes.Length >= _maxFrameBytes) return Decoded.Malformed("the message is over the limit");

        return Decoded.Need(bytes.Length + 1);
    }

    private Decoded IsThere(int at, int length, int total, int there, int index)
    {
        if (total >= 0)
        {
            if ((long)at + length + _minRest[index + 1] > total) return Decoded.Malformed("the fields are longer than the message");
            return at + length <= there ? Decoded.Complete : Decoded.Need(total);
        }

        var needed = (long)at + length + _minRest[index + 1];
        if (needed > _maxFrameBytes) return Decoded.Malformed("the message is over the limit");
        return at + length <= there ? Decoded.Complete : Decoded.Need((int)needed);
    }

    private bool TryTotal(in MessageView view, int at, ref int total)
    {
        if (!view.TryNumber(_length!.Field, out var value)) return false;
        long from = 0;
        if (_length.From >= 0)
        {
            if (!view.TryRange(_length.From, out var start, out var size)) return false;
            from = start + size;
        }

        if (value < 0 || value > _maxFrameBytes) return false;
        value += from + _length.Plus;
        if (value < (long)at + _minRest[_lengthAt + 1] || value > _maxFrameBytes) return false;
        total = (int)value;
        return true;
    }

    private static bool IsRight(LayoutField field, in MessageView view)
    {
        if (field.Constant is null && field.Allowed is null) return true;
        view.TryRange(field.Index, out var at, out var length);
        var bytes = view.Bytes.Slice(at, length);
        if (field.Constant is { } constant) return bytes.SequenceEqual(constant);
        return field.IsNumber ? view.TryNumber(field.Index, out var value) && field.Allowed!.Has(value) : field.Allowed!.Has(bytes);
    }
}
