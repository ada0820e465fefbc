using System.Buffers.Binary;
using System.Text;

namespace DubboService.Hessian;

/// <summary>
/// Reads Hessian 2 values: texts as string, numbers as int, long or double, maps and objects as <see cref="HessianMap"/>, lists as
/// List&lt;object?&gt;. Dates and raw bytes, which no greeting has, are refused. Throws InvalidDataException if the bytes are broken.
/// </summary>
internal sealed class HessianReader(ReadOnlyMemory<byte> bytes)
{
    private const int MaxDepth = 32;

    private readonly List<object> _references = [];
    private readonly List<string> _types = [];
    private readonly List<(string Name, string[] Fields)> _classes = [];
    private int _position;
    private int _depth;

    public string? ReadText() => ReadValue() switch
    {
        null => null,
        string text => text,
        _ => throw new InvalidDataException("a text was expected"),
    };

    public int ReadInt() => ReadValue() is int number ? number : throw new InvalidDataException("a number was expected");

    public object? ReadValue()
    {
        if (++_depth > MaxDepth) throw new InvalidDataException("values are nested too deeply");
        var value = Read(Byte());
        _depth--;
        return value;
    }

    private object? Read(byte code) => code switch
    {
        <= 0x1f => Text(code),
        >= 0x30 and <= 0x33 => Text((code - 0x30) << 8 | Byte()),
        (byte)'R' or (byte)'S' => LongText(code),
        >= 0x38 and <= 0x3f => (long)((code - 0x3c) << 16 | UInt16()),
        >= 0x60 and <= 0x6f => Object(code - 0x60),
        >= 0x70 and <= 0x77 => List(typed: true, code - 0x70),
        >= 0x78 and <= 0x7f => List(typed: false, code - 0x78),
        >= 0x80 and <= 0xbf => code - 0x90,
        >= 0xc0 and <= 0xcf => (code - 0xc8) << 8 | Byte(),
        >= 0xd0 and <= 0xd7 => (code - 0xd4) << 16 | UInt16(),
        >= 0xd8 and <= 0xef => (long)(code - 0xe0),
        >= 0xf0 => (long)((code - 0xf8) << 8 | Byte()),
        (byte)'N' => null,
        (byte)'T' => true,
        (byte)'F' => false,
        (byte)'I' => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        (byte)'Y' => (long)BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        (byte)'L' => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
        (byte)'D' => BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
        0x5b => 0.0,
        0x5c => 1.0,
        0x5d => (double)(sbyte)Byte(),
        0x5e => (double)(short)UInt16(),
        0x5f => BinaryPrimitives.ReadInt32BigEndian(Take(4)) / 1000.0,
        (byte)'H' => Map("java.util.HashMap"),
        (byte)'M' => Map(Type()),
        (byte)'U' => List(typed: true, -1),
        (byte)'V' => List(typed: true, -2),
        (byte)'W' => List(typed: false, -1),
        (byte)'X' => List(typed: false, -2),
        (byte)'C' => DefineClass(),
        (byte)'O' => Object(ReadInt()),
        (byte)'Q' => Reference(ReadInt()),
        _ => throw new InvalidDataException($"no value begins with 0x{code:x2}"),
    };

    private string LongText(byte code)
    {
        var text = new StringBuilder();
        while (code == 'R') // All chunks but the last.
        {
            text.Append(Text(UInt16()));
            code = Byte();
        }

        return code switch
        {
            (byte)'S' => text.Append(Text(UInt16())).ToString(),
            <= 0x1f => text.Append(Text(code)).ToString(),
            >= 0x30 and <= 0x33 => text.Append(Text((code - 0x30) << 8 | Byte())).ToString(),
            _ => throw new InvalidDataException("a text's last chunk is missing"),
        };
    }

    private string Text(int units)
    {
        if (units > bytes.Length - _position) throw new InvalidDataException("a text is cut off");
        return string.Create(units, this, static (text, reader) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = reader.Unit();
        });
    }

    private char Unit()
    {
        var first = Byte();
        return first switch
        {
            < 0x80 => (char)first,
            < 0xe0 => (char)((first & 0x1f) << 6 | Byte() & 0x3f),
            _ => (char)((first & 0x0f) << 12 | (Byte() & 0x3f) << 6 | Byte() & 0x3f),
        };
    }

    private HessianMap Map(string type)
    {
        var map = new HessianMap(type);
        _references.Add(map);
        while (!TryEnd()) map[ReadValue()?.ToString() ?? ""] = ReadValue();
        return map;
    }

    /// <summary>A list; count -1: it goes on to an end mark, -2: its count follows the type.</summary>
    private List<object?> List(bool typed, int count)
    {
        if (typed) Type();
        if (count == -2) count = ReadInt();
        var list = new List<object?>();
        _references.Add(list);
        while (count < 0 ? !TryEnd() : list.Count < count) list.Add(ReadValue());
        return list;
    }

    private object? DefineClass()
    {
        var name = ReadText() ?? "";
        var fields = ReadInt();
        if (fields < 0 || fields > bytes.Length - _position) throw new InvalidDataException("a class has too many fields");
        var names = new string[fields];
        for (var i = 0; i < fields; i++) names[i] = ReadText() ?? "";
        _classes.Add((name, names));
        return ReadValue();
    }

    private HessianMap Object(int index)
    {
        if ((uint)index >= _classes.Count) throw new InvalidDataException("an object's class is not defined");
        var (name, fields) = _classes[index];
        var map = new HessianMap(name);
        _references.Add(map);
        foreach (var field in fields) map[field] = ReadValue();
        return map;
    }

    private object Reference(int index) =>
        (uint)index < _references.Count ? _references[index] : throw new InvalidDataException("a reference leads nowhere");

    /// <summary>A type's name, or the number of one that was named before.</summary>
    private string Type()
    {
        switch (ReadValue())
        {
            case string name:
                _types.Add(name);
                return name;
            case int index when (uint)index < _types.Count:
                return _types[index];
            default:
                throw new InvalidDataException("a type was expected");
        }
    }

    private bool TryEnd()
    {
        if (_position >= bytes.Length) throw new InvalidDataException("the value is cut off");
        if (bytes.Span[_position] != 'Z') return false;
        _position++;
        return true;
    }

    private byte Byte() => Take(1)[0];

    private ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - _position) throw new InvalidDataException("the value is cut off");
        _position += count;
        return bytes.Span.Slice(_position - count, count);
    }
}
