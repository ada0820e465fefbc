using System.Buffers.Binary;
using System.Text;

namespace ThriftService;

/// <summary>Writes Thrift's binary protocol: big-endian numbers, texts after their length in bytes.</summary>
internal sealed class ThriftWriter
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>The beginning of a message: version 1 and its type, the method's name, the id.</summary>
    public ThriftWriter Begin(ThriftMessageType type, string method, int id)
    {
        Int32(unchecked((int)0x80010000) | (int)type);
        Text(method);
        Int32(id);
        return this;
    }

    public ThriftWriter Field(short id, string value)
    {
        FieldBegin(ThriftType.Text, id);
        Text(value);
        return this;
    }

    public ThriftWriter Field(short id, int value)
    {
        FieldBegin(ThriftType.Int32, id);
        Int32(value);
        return this;
    }

    public ThriftWriter StructField(short id)
    {
        FieldBegin(ThriftType.Struct, id);
        return this;
    }

    /// <summary>The end of a struct.</summary>
    public ThriftWriter Stop()
    {
        _bytes.WriteByte((byte)ThriftType.Stop);
        return this;
    }

    private void FieldBegin(ThriftType type, short id)
    {
        _bytes.Write([(byte)type, (byte)(id >> 8), (byte)id]);
    }

    private void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
    }

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Int32(bytes.Length);
        _bytes.Write(bytes);
    }
}
