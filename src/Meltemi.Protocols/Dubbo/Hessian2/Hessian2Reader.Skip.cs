using System.Buffers.Binary;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <content>Passing values that nobody wants.</content>
internal ref partial struct Hessian2Reader
{
    // A level of the skip is the number of values that are still to come in a container, or one of these: until End.
    private const int ListTillEnd = -1;
    private const int KeyTillEnd = -2;
    private const int ValueTillEnd = -3;

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
}
