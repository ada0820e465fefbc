using System.Buffers.Binary;
using System.Text;

namespace Greetings.Wires;

/// <summary>
/// The fields of a Tars struct by tag: numbers, texts, maps of texts, and lists of bytes. A field's head is tag and type, four bits each; tags from 15 take
/// a byte more, which nothing here needs.
/// </summary>
internal sealed class TarsFields
{
    private const byte Int8 = 0, Int16 = 1, Int32 = 2, ShortText = 6, LongText = 7, MapType = 8, Zero = 12, Simple = 13;

    private readonly Bytes _bytes = new();
    private readonly Dictionary<int, object> _values = [];

    /// <exception cref="InvalidDataException">It is no struct of such fields.</exception>
    public static TarsFields Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new TarsFields();
        try
        {
            while (!bytes.IsEmpty)
            {
                var tag = bytes[0] >> 4;
                fields._values[tag] = Take(ref bytes);
            }
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("tars: a field is cut off", e);
        }

        return fields;
    }

    public int Number(int tag) => _values.GetValueOrDefault(tag) as int? ?? 0;

    public string Text(int tag) => _values.GetValueOrDefault(tag) as string ?? "";

    public byte[] Buffer(int tag) => _values.GetValueOrDefault(tag) as byte[] ?? [];

    public Dictionary<string, string> Map(int tag) => _values.GetValueOrDefault(tag) as Dictionary<string, string> ?? [];

    /// <summary>In as few bytes as it fits.</summary>
    public TarsFields Number(int tag, int value)
    {
        if (value == 0) Head(tag, Zero);
        else if (value is >= sbyte.MinValue and <= sbyte.MaxValue) Head(tag, Int8).U8((byte)value);
        else if (value is >= short.MinValue and <= short.MaxValue) Head(tag, Int16).U16((ushort)value);
        else Head(tag, Int32).I32(value);
        return this;
    }

    public TarsFields Text(int tag, string text)
    {
        if (Bytes.SizeOf(text) <= byte.MaxValue) Head(tag, ShortText).U8(Bytes.SizeOf(text)).Text(text);
        else Head(tag, LongText).I32(Bytes.SizeOf(text)).Text(text);
        return this;
    }

    public TarsFields Buffer(int tag, byte[] bytes)
    {
        Head(tag, Simple);
        Head(0, Int8);
        Number(0, bytes.Length);
        _bytes.Raw(bytes);
        return this;
    }

    public TarsFields Map(int tag, Dictionary<string, string> pairs)
    {
        Head(tag, MapType);
        Number(0, pairs.Count);
        foreach (var (key, value) in pairs) Text(0, key).Text(1, value);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    private Bytes Head(int tag, byte type) => _bytes.U8(tag << 4 | type);

    private static object Take(ref ReadOnlySpan<byte> bytes)
    {
        var type = bytes[0] & 0x0f;
        bytes = bytes[1..];
        switch (type)
        {
            case Zero: return 0;
            case Int8: return (int)(sbyte)TakeRaw(ref bytes, 1)[0];
            case Int16: return (int)BinaryPrimitives.ReadInt16BigEndian(TakeRaw(ref bytes, 2));
            case Int32: return BinaryPrimitives.ReadInt32BigEndian(TakeRaw(ref bytes, 4));
            case ShortText: return Encoding.UTF8.GetString(TakeRaw(ref bytes, TakeRaw(ref bytes, 1)[0]));
            case LongText: return Encoding.UTF8.GetString(TakeRaw(ref bytes, BinaryPrimitives.ReadInt32BigEndian(TakeRaw(ref bytes, 4))));
            case Simple:
                TakeRaw(ref bytes, 1); // the head of the elements, which are bytes
                return TakeRaw(ref bytes, TakeNumber(ref bytes)).ToArray();
            case MapType:
                var pairs = new Dictionary<string, string>();
                for (var count = TakeNumber(ref bytes); count > 0; count--) pairs[TakeText(ref bytes)] = TakeText(ref bytes);
                return pairs;
            default: throw new InvalidDataException($"tars: a field of type {type}");
        }
    }

    private static int TakeNumber(ref ReadOnlySpan<byte> bytes) => Take(ref bytes) as int? ?? throw new InvalidDataException("tars: no number");

    private static string TakeText(ref ReadOnlySpan<byte> bytes) => Take(ref bytes) as string ?? throw new InvalidDataException("tars: no text");

    private static ReadOnlySpan<byte> TakeRaw(ref ReadOnlySpan<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
