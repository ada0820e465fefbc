using System.Buffers.Binary;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>
/// Reads the Hessian 2 values of a message from an offset on. Values that nobody wants are passed without being understood: no
/// recursion, no memory but for the field counts of classes. References and type references are passed unchecked, as nothing is looked up.
/// </summary>
internal ref partial struct Hessian2Reader(ReadOnlySpan<byte> message, int position) : IDubboBody, IDisposable
{
    private readonly ReadOnlySpan<byte> _bytes = message;
    private Hessian2Classes _classes;
    private int _at = position;

    public readonly int Position => _at;

    public int KeyPosition { get; private set; }

    public bool PlaceMatters { get; set; }

    public void Dispose() => _classes.Dispose();

    public bool TryReadText(out BodyText text)
    {
        if (_at < _bytes.Length && _bytes[_at] == Hessian2Code.Null)
        {
            _at++;
            text = BodyText.Null;
            return true;
        }

        return Hessian2Text.TryRead(_bytes, ref _at, out text);
    }

    public readonly int Decode(BodyText text, Span<byte> to) => Hessian2Text.Decode(_bytes.Slice(text.Offset, text.Length), to);

    /// <summary>
    /// <code>
    /// int ::= 'I' b3 b2 b1 b0
    ///     ::= [x80-xbf]           -16 to 47
    ///     ::= [xc0-xcf] b0        -2048 to 2047
    ///     ::= [xd0-xd7] b1 b0     -262144 to 262143
    /// </code>
    /// </summary>
    public bool TryReadNumber(out int number)
    {
        number = 0;
        var rest = _bytes[Math.Min(_at, _bytes.Length)..];
        if (rest.IsEmpty) return false;
        var code = rest[0];
        switch (code)
        {
            case >= 0x80 and <= 0xbf:
                number = code - 0x90;
                _at++;
                return true;
            case >= 0xc0 and <= 0xcf when rest.Length > 1:
                number = (code - 0xc8) << 8 | rest[1];
                _at += 2;
                return true;
            case >= 0xd0 and <= 0xd7 when rest.Length > 2:
                number = (code - 0xd4) << 16 | rest[1] << 8 | rest[2];
                _at += 3;
                return true;
            case Hessian2Code.Int when rest.Length > 4:
                number = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
                _at += 5;
                return true;
            default:
                return false;
        }
    }

    public MapStart ReadMapStart()
    {
        if (_at >= _bytes.Length) return MapStart.Absent;
        switch (_bytes[_at++])
        {
            case Hessian2Code.Null:
                return MapStart.Null;
            case Hessian2Code.UntypedMap:
                return MapStart.Open;
            case Hessian2Code.TypedMap:
                return TryPassType() ? MapStart.Open : MapStart.NoMap;
            default:
                return MapStart.NoMap;
        }
    }

    public MapStep ReadKey(out BodyText key)
    {
        key = BodyText.Null;
        KeyPosition = _at;
        if (_at >= _bytes.Length) return MapStep.Broken;
        var code = _bytes[_at];
        if (code == Hessian2Code.End)
        {
            _at++;
            return MapStep.End;
        }

        var ok = Hessian2Text.IsText(code) ? Hessian2Text.TryRead(_bytes, ref _at, out key) : TrySkip();
        return ok ? MapStep.Pair : MapStep.Broken;
    }

    public bool TryReadValue(out BodyValue value)
    {
        value = default;
        if (_at >= _bytes.Length) return false;
        var code = _bytes[_at];
        if (Hessian2Text.IsText(code))
        {
            var ok = Hessian2Text.TryRead(_bytes, ref _at, out var text);
            value = new(BodyValueKind.Text, text, 0);
            return ok;
        }

        if (code is Hessian2Code.True or Hessian2Code.False)
        {
            _at++;
            value = new(code == Hessian2Code.True ? BodyValueKind.True : BodyValueKind.False, default, 0);
            return true;
        }

        var start = _at;
        if (TryReadNumber(out var number)) value = new(BodyValueKind.Number, default, number);
        else if (!TrySkip()) return false;
        else if (TryGetLong(_bytes[start.._at], out var big)) value = new(BodyValueKind.Number, default, big);
        return true;
    }

    /// <summary>
    /// <code>
    /// long ::= 'L' b7 ... b0  |  x59 b3 b2 b1 b0
    ///      ::= [xd8-xef]          -8 to 15
    ///      ::= [xf0-xff] b0       -2048 to 2047
    ///      ::= [x38-x3f] b1 b0    -262144 to 262143
    /// </code>
    /// </summary>
    private static bool TryGetLong(ReadOnlySpan<byte> value, out long number)
    {
        var code = value[0];
        number = 0;
        switch (code)
        {
            case Hessian2Code.Long:
                number = BinaryPrimitives.ReadInt64BigEndian(value[1..]);
                return true;
            case Hessian2Code.LongAsInt:
                number = BinaryPrimitives.ReadInt32BigEndian(value[1..]);
                return true;
            case >= 0xd8 and <= 0xef:
                number = code - 0xe0;
                return true;
            case >= 0xf0:
                number = (code - 0xf8) << 8 | value[1];
                return true;
            case >= 0x38 and <= 0x3f:
                number = (code - 0x3c) << 16 | value[1] << 8 | value[2];
                return true;
            default:
                return false;
        }
    }
}
