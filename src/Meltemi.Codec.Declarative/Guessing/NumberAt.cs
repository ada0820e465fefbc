using System.Buffers.Binary;

namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>A number of 1, 2, 3, 4 or 8 bytes at a fixed place of a message.</summary>
internal readonly record struct NumberAt(int Offset, int Width, bool IsLittle)
{
    public int End => Offset + Width;

    /// <summary>Its type in a description.</summary>
    public string Type => $"U{8 * Width}";

    /// <summary>Type and byte order, as a field of a description has them.</summary>
    public string Text => Type + (IsLittle && Width > 1 ? ", byteOrder: LITTLE_ENDIAN" : "");

    /// <summary>For people.</summary>
    public string Place => Width == 1 ? $"byte {Offset}" : $"bytes {Offset} to {End - 1}{(IsLittle ? ", little-endian" : "")}";

    /// <summary>The number, which must be there; what is beyond 63 bits is cut off.</summary>
    public long Read(ReadOnlySpan<byte> message)
    {
        var bytes = message.Slice(Offset, Width);
        switch (Width)
        {
            case 8: return long.MaxValue & (IsLittle ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadInt64BigEndian(bytes));
            default:
                var number = 0L;
                for (var i = 0; i < Width; i++) number |= (long)bytes[i] << 8 * (IsLittle ? i : Width - 1 - i);
                return number;
        }
    }
}
