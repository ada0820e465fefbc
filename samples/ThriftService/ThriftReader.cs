using System.Buffers.Binary;
using System.Text;

namespace ThriftService;

/// <summary>Reads Thrift's binary protocol. Throws InvalidDataException if the bytes are broken.</summary>
internal sealed class ThriftReader(ReadOnlyMemory<byte> bytes)
{
    private const int MaxDepth = 32;

    private int _position;
    private int _depth;

    /// <summary>The beginning of a message.</summary>
    public (ThriftMessageType Type, string Method, int Id) Begin()
    {
        var version = Int32();
        if (version >>> 16 != 0x8001) throw new InvalidDataException("not Thrift's binary protocol");
        return ((ThriftMessageType)(version & 0xff), Text(), Int32());
    }

    /// <summary>A struct's fields by number: texts, 32-bit numbers, and structs of such. Others are passed over.</summary>
    public Dictionary<short, object> Struct()
    {
        if (++_depth > MaxDepth) throw new InvalidDataException("structs are nested too deeply");
        var fields = new Dictionary<short, object>();
        while ((ThriftType)Take(1)[0] is var type && type != ThriftType.Stop)
        {
            var id = BinaryPrimitives.ReadInt16BigEndian(Take(2));
            if (Value(type) is { } value) fields[id] = value;
        }

        _depth--;
        return fields;
    }

    private object? Value(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.Text: return Text();
            case ThriftType.Int32: return Int32();
            case ThriftType.Struct: return Struct();
            case ThriftType.Bool or ThriftType.Byte: Take(1); break;
            case ThriftType.Int16: Take(2); break;
            case ThriftType.Int64 or ThriftType.Double: Take(8); break;
            case ThriftType.List or ThriftType.Set: SkipMany((ThriftType)Take(1)[0], null); break;
            case ThriftType.Map: SkipMany((ThriftType)Take(1)[0], (ThriftType)Take(1)[0]); break;
            default: throw new InvalidDataException($"there is no type {type}");
        }

        return null;
    }

    private void SkipMany(ThriftType first, ThriftType? second)
    {
        if (++_depth > MaxDepth) throw new InvalidDataException("values are nested too deeply");
        var count = Int32();
        if (count < 0 || count > bytes.Length - _position) throw new InvalidDataException("a list is cut off");
        for (var i = 0; i < count; i++)
        {
            Value(first);
            if (second is { } other) Value(other);
        }

        _depth--;
    }

    private int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    private string Text() => Encoding.UTF8.GetString(Take(Int32()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - _position) throw new InvalidDataException("the message is cut off");
        _position += count;
        return bytes.Span.Slice(_position - count, count);
    }
}
