using System.Buffers.Text;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.FastJson;

/// <summary>
/// Reads the bodies of Dubbo's fastjson serialization: one JSON value per line. Line ends inside of texts are escaped, so
/// a value that nobody wants is passed by looking for the end of its line.
/// </summary>
internal ref struct FastJsonReader(ReadOnlySpan<byte> message, int position) : IDubboBody
{
    private readonly ReadOnlySpan<byte> _bytes = message;
    private int _at = position;
    private bool _inMap;

    public readonly int Position => _at;

    public int KeyPosition { get; private set; }

    /// <summary>Never set: JSON values stand for themselves. (fastjson's "$ref" paths do not lead out of their own line.)</summary>
    public bool PlaceMatters { get; set; }

    public bool TryReadText(out BodyText text)
    {
        text = BodyText.Null;
        var before = _at;
        if (!TryTakeLine(out var start, out var end)) return false;
        if (_bytes[start..end].SequenceEqual("null"u8)) return true;
        if (TryPassText(ref start, out text) && start == end) return true;
        _at = before;
        return false;
    }

    public bool TryReadNumber(out int number)
    {
        number = 0;
        return TryTakeLine(out var start, out var end)
            && Utf8Parser.TryParse(_bytes[start..end], out number, out var used) && used == end - start;
    }

    public bool TrySkip() => TryTakeLine(out _, out _);

    public MapStart ReadMapStart()
    {
        PassBlanks();
        if (_at >= _bytes.Length) return MapStart.Absent;
        if (_bytes[_at] == '{')
        {
            _at++;
            _inMap = false;
            return MapStart.Open;
        }

        return TryTakeLine(out var start, out var end) && _bytes[start..end].SequenceEqual("null"u8) ? MapStart.Null : MapStart.NoMap;
    }

    public MapStep ReadKey(out BodyText key)
    {
        key = BodyText.Null;
        PassBlanks();
        if (TryPass('}')) return MapStep.End;
        if (_inMap && !TryPass(',')) return MapStep.Broken;
        _inMap = true;
        PassBlanks();
        KeyPosition = _at;
        if (!TryPassText(ref _at, out key)) return MapStep.Broken;
        PassBlanks();
        if (!TryPass(':')) return MapStep.Broken;
        PassBlanks();
        return MapStep.Pair;
    }

    public bool TryReadValue(out BodyValue value)
    {
        value = default;
        if (_at >= _bytes.Length) return false;
        switch (_bytes[_at])
        {
            case (byte)'"':
                var ok = TryPassText(ref _at, out var text);
                value = new(BodyValueKind.Text, text, 0);
                return ok;
            case (byte)'{' or (byte)'[':
                return TryPassNested();
            default:
                var start = _at;
                while (_at < _bytes.Length && !IsBlank(_bytes[_at]) && _bytes[_at] is not ((byte)',' or (byte)'}')) _at++;
                var literal = _bytes[start.._at];
                if (literal.SequenceEqual("true"u8)) value = new(BodyValueKind.True, default, 0);
                else if (literal.SequenceEqual("false"u8)) value = new(BodyValueKind.False, default, 0);
                else if (!literal.SequenceEqual("null"u8)) value = new(BodyValueKind.Text, new(start, literal.Length, true), 0);
                return !literal.IsEmpty;
        }
    }

    public readonly int Decode(BodyText text, Span<byte> to) => JsonText.Decode(_bytes.Slice(text.Offset, text.Length), to);

    /// <summary>The next line without the blanks around it.</summary>
    private bool TryTakeLine(out int start, out int end)
    {
        start = end = _at;
        if (_at >= _bytes.Length) return false;
        var length = _bytes[_at..].IndexOf((byte)'\n');
        end = length < 0 ? _bytes.Length : _at + length;
        _at = length < 0 ? end : end + 1;
        while (start < end && IsBlank(_bytes[start])) start++;
        while (start < end && IsBlank(_bytes[end - 1])) end--;
        return true;
    }

    /// <summary>Passes <c>"..."</c>; the text is plain if it has no escapes.</summary>
    private readonly bool TryPassText(scoped ref int at, out BodyText text)
    {
        text = BodyText.Null;
        if (at >= _bytes.Length || _bytes[at] != '"') return false;
        var start = at + 1;
        var plain = true;
        for (var next = start; next < _bytes.Length;)
        {
            var found = _bytes[next..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0) return false;
            next += found;
            if (_bytes[next] == '"')
            {
                text = new(start, next - start, plain);
                at = next + 1;
                return true;
            }

            plain = false;
            next += 2;
        }

        return false;
    }

    /// <summary>Passes an object or array by counting brackets; what is in it is not looked at.</summary>
    private bool TryPassNested()
    {
        var depth = 0;
        while (true)
        {
            var found = _bytes[_at..].IndexOfAny("\"{}[]"u8);
            if (found < 0) return false;
            _at += found;
            if (_bytes[_at] == '"')
            {
                if (!TryPassText(ref _at, out _)) return false;
                continue;
            }

            depth += _bytes[_at++] is (byte)'{' or (byte)'[' ? 1 : -1;
            if (depth == 0) return true;
        }
    }

    private bool TryPass(char character)
    {
        if (_at >= _bytes.Length || _bytes[_at] != character) return false;
        _at++;
        return true;
    }

    private void PassBlanks()
    {
        while (_at < _bytes.Length && IsBlank(_bytes[_at])) _at++;
    }

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
