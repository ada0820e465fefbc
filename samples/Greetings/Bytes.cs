using System.Buffers.Binary;
using System.Text;

namespace Greetings;

/// <summary>Puts a message together; numbers are big-endian.</summary>
internal sealed class Bytes
{
    private readonly MemoryStream _bytes = new();

    public int Length => (int)_bytes.Length;

    /// <summary>Bytes of a text in UTF-8.</summary>
    public static int SizeOf(string text) => Encoding.UTF8.GetByteCount(text);

    public Bytes U8(int value)
    {
        _bytes.WriteByte(checked((byte)value));
        return this;
    }

    public Bytes U16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)value));
        return Raw(bytes);
    }

    public Bytes I32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return Raw(bytes);
    }

    public Bytes Text(string text) => Raw(Encoding.UTF8.GetBytes(text));

    public Bytes Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();
}
