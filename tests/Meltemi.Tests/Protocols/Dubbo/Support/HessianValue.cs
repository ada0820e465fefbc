using System.Buffers.Binary;

namespace Meltemi.Tests.Protocols.Dubbo.Support;

/// <summary>
/// A Hessian 2 decoder for tests: reads a whole body to objects, so that a rewritten message can be judged by what a peer would see.
/// Independent of the codec; recursive and trusting.
/// </summary>
internal sealed class HessianValue(byte[] bytes, int at)
{
    private readonly List<(string Name, string[] Fields)> _classes = [];
    private readonly List<object> _references = [];
    private int _at = at;

    /// <summary>All values up to the end. Texts are strings, lists and maps <c>List&lt;object?&gt;</c> (maps: key, value, ...).</summary>
    public static List<object?> ReadAll(byte[] message, int at = 16)
    {
        var reader = new HessianValue(message, at);
        var values = new List<object?>();
        while (reader._at < message.Length) values.Add(reader.Read());
        return values;
    }

    /// <summary>A map as read by <see cref="ReadAll"/>.</summary>
    public static Dictionary<string, object?> ToMap(object? value) =>
        ((List<object?>)value!).Chunk(2).ToDictionary(pair => (string)pair[0]!, pair => pair[1]);

    private object? Read()
    {
        var code = bytes[_at++];
        switch (code)
        {
            case (byte)'N': return null;
            case (byte)'T': return true;
            case (byte)'F': return false;
            case >= 0x80 and <= 0xbf: return code - 0x90;
            case >= 0xc0 and <= 0xcf: return (code - 0xc8 << 8) + bytes[_at++];
            case >= 0xd0 and <= 0xd7: return (code - 0xd4 << 16) + (bytes[_at++] << 8) + bytes[_at++];
            case (byte)'I': return Int();
            case >= 0xd8 and <= 0xef: return (long)(code - 0xe0);
            case >= 0xf0: return (long)((code - 0xf8 << 8) + bytes[_at++]);
            case >= 0x38 and <= 0x3f: return (long)((code - 0x3c << 16) + (bytes[_at++] << 8) + bytes[_at++]);
            case 0x59: return (long)Int();
            case (byte)'L': return Long();
            case 0x5b: return 0.0;
            case 0x5c: return 1.0;
            case 0x5d: return (double)(sbyte)bytes[_at++];
            case 0x5e: return (double)(short)(bytes[_at++] << 8 | bytes[_at++]);
            case 0x5f: return Int() * 0.001;
            case (byte)'D': return BitConverter.Int64BitsToDouble(Long());
            case 0x4a: return DateTime.UnixEpoch.AddMilliseconds(Long());
            case 0x4b: return DateTime.UnixEpoch.AddMinutes(Int());
            case <= 0x1f or >= 0x30 and <= 0x33 or (byte)'R' or (byte)'S':
                _at--;
                return Text();
            case >= 0x20 and <= 0x2f: return Take(code - 0x20);
            case >= 0x34 and <= 0x37: return Take((code - 0x34 << 8) + bytes[_at++]);
            case (byte)'A': return Take(Short()).Concat((byte[])Read()!).ToArray();
            case (byte)'B': return Take(Short());
            case (byte)'Q': return _references[(int)Read()!];
            case (byte)'H': return Fill(-1);
            case (byte)'M' or (byte)'U':
                Read();
                return Fill(-1);
            case (byte)'W': return Fill(-1);
            case (byte)'V':
                Read();
                return Fill((int)Read()!);
            case (byte)'X': return Fill((int)Read()!);
            case >= 0x70 and <= 0x77:
                Read();
                return Fill(code - 0x70);
            case >= 0x78 and <= 0x7f: return Fill(code - 0x78);
            case (byte)'C':
                var name = (string)Read()!;
                _classes.Add((name, Enumerable.Range(0, (int)Read()!).Select(_ => (string)Read()!).ToArray()));
                return Read();
            case >= 0x60 and <= 0x6f: return Fill(_classes[code - 0x60].Fields.Length);
            case (byte)'O': return Fill(_classes[(int)Read()!].Fields.Length);
            default: throw new FormatException($"byte {code:x2} at {_at - 1}");
        }
    }

    private List<object?> Fill(int count)
    {
        var list = new List<object?>();
        _references.Add(list);
        for (var i = 0; count < 0 ? bytes[_at] != 'Z' : i < count; i++) list.Add(Read());
        if (count < 0) _at++;
        return list;
    }

    private string Text()
    {
        var text = "";
        while (true)
        {
            var code = bytes[_at++];
            var units = code switch
            {
                <= 0x1f => code,
                <= 0x33 => (code - 0x30 << 8) + bytes[_at++],
                _ => Short(),
            };
            for (var end = text.Length + units; text.Length < end;) text += Character();
            if (code != 'R') return text;
        }
    }

    private string Character()
    {
        var first = bytes[_at++];
        if (first < 0x80) return $"{(char)first}";
        if (first < 0xe0) return $"{(char)((first & 0x1f) << 6 | bytes[_at++] & 0x3f)}";
        var next = (first & 0xf) << 12 | (bytes[_at++] & 0x3f) << 6 | bytes[_at++] & 0x3f;
        return first < 0xf0 ? $"{(char)next}" : char.ConvertFromUtf32((first & 0x7) << 18 | (next & 0xfff) << 6 | bytes[_at++] & 0x3f);
    }

    private byte[] Take(int count) => bytes[_at..(_at += count)];

    private int Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    private long Long() => BinaryPrimitives.ReadInt64BigEndian(Take(8));
}
