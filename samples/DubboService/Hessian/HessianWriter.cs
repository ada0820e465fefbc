using System.Buffers.Binary;

namespace DubboService.Hessian;

/// <summary>
/// Writes what the greeting service needs of Hessian 2 (hessian.caucho.com/doc/hessian-serialization.html): null, texts, small numbers,
/// maps of texts, and exceptions.
/// </summary>
internal sealed class HessianWriter
{
    private const int MaxShort = 31;
    private const int MaxText = 0xffff;

    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public void WriteNull() => _bytes.WriteByte((byte)'N');

    /// <summary>A number from -16 to 47: one byte.</summary>
    public void WriteSmall(int value) => _bytes.WriteByte((byte)(0x90 + value));

    /// <summary>The length counts UTF-16 units, and each unit is coded alone, so that half a surrogate pair takes three bytes.</summary>
    public void WriteText(string? text)
    {
        if (text is null)
        {
            WriteNull();
            return;
        }

        if (text.Length > MaxText) throw new ArgumentException("texts of more than one chunk are not written here", nameof(text));
        if (text.Length <= MaxShort)
        {
            _bytes.WriteByte((byte)text.Length);
        }
        else
        {
            Span<byte> head = stackalloc byte[3];
            head[0] = (byte)'S';
            BinaryPrimitives.WriteUInt16BigEndian(head[1..], (ushort)text.Length);
            _bytes.Write(head);
        }

        foreach (var unit in text) WriteUnit(unit);
    }

    public void WriteMap(IReadOnlyDictionary<string, string> map)
    {
        _bytes.WriteByte((byte)'H');
        foreach (var (key, value) in map)
        {
            WriteText(key);
            WriteText(value);
        }

        _bytes.WriteByte((byte)'Z');
    }

    /// <summary>An exception of a Java class: the definition of a class with one field, then an object of it.</summary>
    public void WriteException(string javaClass, string message)
    {
        _bytes.WriteByte((byte)'C');
        WriteText(javaClass);
        WriteSmall(1);
        WriteText("detailMessage");
        _bytes.WriteByte(0x60); // An object of class 0.
        WriteText(message);
    }

    private void WriteUnit(char unit)
    {
        if (unit < 0x80)
        {
            _bytes.WriteByte((byte)unit);
        }
        else if (unit < 0x800)
        {
            _bytes.Write([(byte)(0xc0 | unit >> 6), (byte)(0x80 | unit & 0x3f)]);
        }
        else
        {
            _bytes.Write([(byte)(0xe0 | unit >> 12), (byte)(0x80 | unit >> 6 & 0x3f), (byte)(0x80 | unit & 0x3f)]);
        }
    }
}
