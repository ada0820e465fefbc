using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Xds.Reading;

/// <summary>Writes protobuf's wire form. Lengths of nested messages are put in when they are known, by moving what was written.</summary>
internal sealed class WireWriter
{
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    private byte[] _bytes = new byte[4096];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Number(int field, ulong value)
    {
        Write((ulong)field << 3 | Varint);
        Write(value);
    }

    public void Double(int field, double value)
    {
        Write((ulong)field << 3 | Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);
    }

    public void Float(int field, float value)
    {
        Write((ulong)field << 3 | Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(Room(4), value);
    }

    public void Text(int field, string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Write((ulong)field << 3 | Delimited);
        Write((ulong)size);
        Encoding.UTF8.GetBytes(value, Room(size));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Write((ulong)field << 3 | Delimited);
        Write((ulong)value.Length);
        value.CopyTo(Room(value.Length));
    }

    /// <summary>Begins a nested message; what is written until <see cref="End"/> is its content.</summary>
    public int Begin(int field)
    {
        Write((ulong)field << 3 | Delimited);
        return _length;
    }

    public void End(int start)
    {
        var size = _length - start;
        var prefix = 1;
        for (var rest = (uint)size >> 7; rest != 0; rest >>= 7) prefix++;
        Room(prefix);
        Buffer.BlockCopy(_bytes, start, _bytes, start + prefix, size);
        _length = start;
        Write((ulong)size);
        _length += size;
    }

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Room(1)[0] = (byte)(value | 0x80);
        Room(1)[0] = (byte)value;
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        _length += size;
        return _bytes.AsSpan(_length - size, size);
    }
}
