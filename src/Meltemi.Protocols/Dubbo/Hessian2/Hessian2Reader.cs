using System.Buffers.Binary;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>
/// Reads the Hessian 2 values of a message from an offset on. Values that nobody wants are passed without being understood: no
/// recursion, no memory but for the field counts of classes. References and type references are passed unchecked, as nothing is looked up.
/// </summary>
internal ref struct Hessian2Reader(ReadOnlySpan<byte> message, int position) : IDubboBody, IDisposable
{
    // A level of the skip is the number of values that are still to come in a container, or one of these: until End.
    private const int ListTillEnd = -1;
    private const int KeyTillEnd = -2;
    private const int ValueTillEnd = -3;

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

    public bool TrySkip()
    {
        var levels = new Hessian2Levels();
        var ok = TrySkip(ref levels);
        levels.Dispose();
        return ok;
    }

    private bool TrySkip(ref Hessian2Levels levels)
    {
        var level = 1;
        while (true)
        {
            if (level == 0)
            {
                if (levels.IsEmpty) return true;
                level = levels.Pop();
                continue;
            }

            if (_at >= _bytes.Length) return false;
            var code = _bytes[_at++];
            if (level < 0 && code == Hessian2Code.End)
            {
                if (level == ValueTillEnd) return false;
                level = 0;
                continue;
            }

            // Definitions stand before the object that needs them and are no value themselves.
            while (code == Hessian2Code.ClassDefinition)
            {
                if (!TryPassClassDefinition() || _at >= _bytes.Length) return false;
                code = _bytes[_at++];
            }

            level = level switch { > 0 => level - 1, KeyTillEnd => ValueTillEnd, ValueTillEnd => KeyTillEnd, _ => level };
            if (!TryPassStart(code, out var inner)) return false;
            if (inner == 0) continue;

            // A container as the last value of another takes its place, so that a list linked through its last field stays flat.
            if (level != 0 && !levels.TryPush(level)) return false;
            level = inner;
        }
    }

    /// <summary>
    /// Passes a scalar, or a container's start: then <paramref name="level"/> says what follows. Counts that exceed the bytes left are
    /// refused, as a value has a byte at least.
    /// </summary>
    private bool TryPassStart(byte code, out int level)
    {
        level = 0;
        switch (code)
        {
            case Hessian2Code.Null or Hessian2Code.True or Hessian2Code.False:
            case >= 0x80 and <= 0xbf:                                                  // int
            case >= 0xd8 and <= 0xef:                                                  // long
            case 0x5b or 0x5c:                                                         // double 0 and 1
                return true;
            case >= 0xc0 and <= 0xcf or >= 0xf0 or 0x5d:                               // int, long, double
                return TryPass(1);
            case >= 0xd0 and <= 0xd7 or >= 0x38 and <= 0x3f or 0x5e:                   // int, long, double
                return TryPass(2);
            case Hessian2Code.Int or Hessian2Code.LongAsInt or 0x4b or 0x5f:           // int, long, date in minutes, double
                return TryPass(4);
            case Hessian2Code.Long or (byte)'D' or 0x4a:                               // long, double, date in milliseconds
                return TryPass(8);
            case <= 0x1f or >= 0x30 and <= 0x33 or Hessian2Code.Text or Hessian2Code.TextChunk:
                _at--;
                return Hessian2Text.TryRead(_bytes, ref _at, out _);
            case >= 0x20 and <= 0x2f:                                                  // binary, 0 to 15 bytes
                return TryPass(code - 0x20);
            case >= 0x34 and <= 0x37 or (byte)'A' or (byte)'B':                        // binary, up to 1023 bytes and chunks
                return TryPassBinary(code);
            case (byte)'Q':                                                            // reference to an earlier container
                PlaceMatters = true;
                return TryReadNumber(out _);
        }

        PlaceMatters = true;
        switch (code)
        {
            case Hessian2Code.UntypedMap:
                level = KeyTillEnd;
                return true;
            case Hessian2Code.TypedMap:
                level = KeyTillEnd;
                return TryPassType();
            case (byte)'U':                                                            // typed list of unknown length
                level = ListTillEnd;
                return TryPassType();
            case (byte)'W':                                                            // untyped list of unknown length
                level = ListTillEnd;
                return true;
            case (byte)'V':                                                            // typed list
                return TryPassType() && TryReadNumber(out level) && Fits(level);
            case (byte)'X':                                                            // untyped list
                return TryReadNumber(out level) && Fits(level);
            case >= 0x70 and <= 0x77:                                                  // typed list, 0 to 7 values
                level = code - 0x70;
                return TryPassType();
            case >= 0x78 and <= 0x7f:                                                  // untyped list, 0 to 7 values
                level = code - 0x78;
                return true;
            case >= 0x60 and <= 0x6f:                                                  // object of class 0 to 15
                return _classes.TryGet(code - 0x60, out level);
            case (byte)'O':                                                            // object
                return TryReadNumber(out var index) && _classes.TryGet(index, out level);
            default:
                return false;
        }
    }

    private bool TryPass(int length)
    {
        if (_bytes.Length - _at < length) return false;
        _at += length;
        return true;
    }

    private readonly bool Fits(int count) => count >= 0 && count <= _bytes.Length - _at;

    /// <summary><c>'A' u16 chunk ... 'B' u16 last</c>, or short forms for the last.</summary>
    private bool TryPassBinary(byte code)
    {
        while (true)
        {
            switch (code)
            {
                case >= 0x20 and <= 0x2f:
                    return TryPass(code - 0x20);
                case >= 0x34 and <= 0x37:
                    return _at < _bytes.Length && TryPass(((code - 0x34) << 8 | _bytes[_at]) + 1);
                case (byte)'A' or (byte)'B':
                    if (_bytes.Length - _at < 2 || !TryPass(2 + BinaryPrimitives.ReadUInt16BigEndian(_bytes[_at..]))) return false;
                    if (code == 'B') return true;
                    break;
                default:
                    return false;
            }

            if (_at >= _bytes.Length) return false;
            code = _bytes[_at++];
        }
    }

    /// <summary><c>'C' text int text*</c>: name, number of fields, names of the fields.</summary>
    private bool TryPassClassDefinition()
    {
        PlaceMatters = true;
        if (!Hessian2Text.TryRead(_bytes, ref _at, out _) || !TryReadNumber(out var fields) || !Fits(fields)) return false;
        for (var i = 0; i < fields; i++)
        {
            if (!Hessian2Text.TryRead(_bytes, ref _at, out _)) return false;
        }

        return _classes.TryAdd(fields);
    }

    /// <summary>A type's name, or the number of an earlier one.</summary>
    private bool TryPassType() =>
        _at < _bytes.Length && (Hessian2Text.IsText(_bytes[_at]) ? Hessian2Text.TryRead(_bytes, ref _at, out _) : TryReadNumber(out _));

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
