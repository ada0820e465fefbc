using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Meltemi.Codec.Declarative.Layouts;

/// <summary>How a number stands on the wire.</summary>
internal enum NumberForm : byte
{
    U8,
    I8,
    U16,
    U16Little,
    I16,
    I16Little,
    U24,
    U24Little,
    U32,
    U32Little,
    I32,
    I32Little,
    U64,
    U64Little,

    /// <summary>7 bits a byte, the lowest first.</summary>
    Varint,

    /// <summary>The same of a signed number, its sign in the lowest bit.</summary>
    Zigzag,

    /// <summary>Decimal digits.</summary>
    Decimal,
}

/// <summary>A number of fixed width at a fixed place, or some of its bits.</summary>
internal readonly struct Number(int at, NumberForm form, int shift = 0, ulong mask = 0)
{
    private readonly ulong _mask = mask;
    private readonly byte _shift = (byte)shift;

    /// <summary>Offset; -1: it is not there.</summary>
    public readonly int At = at;

    public readonly NumberForm Form = form;

    public static Number Absent => new(-1, default);

    public bool IsPresent => At >= 0;

    /// <summary>Whether it is a byte, and not only some of its bits.</summary>
    public bool IsWholeByte => At >= 0 && Form == NumberForm.U8 && _mask == 0;

    public int End => At + NumberForms.Width(Form);

    /// <summary>Reads it; the bytes must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Read(ReadOnlySpan<byte> bytes)
    {
        var value = NumberForms.ReadFixed(Form, bytes[At..]);
        return _mask == 0 ? value : (long)((ulong)value >> _shift & _mask);
    }
}

/// <summary>Reads and writes numbers.</summary>
internal static class NumberForms
{
    /// <summary>Longest varint: 64 bits.</summary>
    public const int MaxVarint = 10;

    /// <summary>Most digits of a decimal number that fits.</summary>
    public const int MaxDigits = 19;

    /// <summary>Bytes; 0 if that hangs on the value.</summary>
    public static int Width(NumberForm form) => form switch
    {
        NumberForm.U8 or NumberForm.I8 => 1,
        NumberForm.U16 or NumberForm.U16Little or NumberForm.I16 or NumberForm.I16Little => 2,
        NumberForm.U24 or NumberForm.U24Little => 3,
        NumberForm.U32 or NumberForm.U32Little or NumberForm.I32 or NumberForm.I32Little => 4,
        NumberForm.U64 or NumberForm.U64Little => 8,
        _ => 0,
    };

    public static bool IsSigned(NumberForm form) =>
        form is NumberForm.I8 or NumberForm.I16 or NumberForm.I16Little or NumberForm.I32 or NumberForm.I32Little or NumberForm.Zigzag;

    /// <summary>Largest value that can be written; of 64 bits as an unsigned number.</summary>
    public static ulong Max(NumberForm form)
    {
        if (form == NumberForm.Decimal) return long.MaxValue;
        var bits = Width(form) * 8;
        if (bits is 0 or 64) return form == NumberForm.Zigzag ? long.MaxValue : ulong.MaxValue;
        return (1UL << (IsSigned(form) ? bits - 1 : bits)) - 1;
    }

    /// <summary>Reads a number of fixed width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ReadFixed(NumberForm form, ReadOnlySpan<byte> bytes) => form switch
    {
        NumberForm.U8 => bytes[0],
        NumberForm.U16 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        NumberForm.U32 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => ReadOther(form, bytes),
    };

    /// <summary>Writes a number of fixed width; it must fit.</summary>
    public static void WriteFixed(NumberForm form, Span<byte> to, long value)
    {
        switch (form)
        {
            case NumberForm.U8 or NumberForm.I8:
                to[0] = (byte)value;
                break;
            case NumberForm.U16 or NumberForm.I16:
                BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)value);
                break;
            case NumberForm.U16Little or NumberForm.I16Little:
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value);
                break;
            case NumberForm.U24:
                to[0] = (byte)(value >> 16);
                BinaryPrimitives.WriteUInt16BigEndian(to[1..], (ushort)value);
                break;
            case NumberForm.U24Little:
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value);
                to[2] = (byte)(value >> 16);
                break;
            case NumberForm.U32 or NumberForm.I32:
                BinaryPrimitives.WriteUInt32BigEndian(to, (uint)value);
                break;
            case NumberForm.U32Little or NumberForm.I32Little:
                BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)value);
                break;
            case NumberForm.U64:
                BinaryPrimitives.WriteInt64BigEndian(to, value);
                break;
            case NumberForm.U64Little:
                BinaryPrimitives.WriteInt64LittleEndian(to, value);
                break;
        }
    }

    /// <summary>Bytes that a value takes.</summary>
    public static int SizeOf(NumberForm form, long value)
    {
        var width = Width(form);
        if (width > 0) return width;
        var size = 1;
        if (form == NumberForm.Decimal)
        {
            for (; value > 9; value /= 10) size++;
            return size;
        }

        for (var rest = Encoded(form, value); rest >= 0x80; rest >>= 7) size++;
        return size;
    }

    /// <summary>Writes a value in as few bytes as it takes; answers how many.</summary>
    public static int Write(NumberForm form, Span<byte> to, long value)
    {
        var size = SizeOf(form, value);
        if (Width(form) > 0)
        {
            WriteFixed(form, to, value);
        }
        else if (form == NumberForm.Decimal)
        {
            for (var i = size - 1; i >= 0; i--, value /= 10) to[i] = (byte)('0' + value % 10);
        }
        else
        {
            var rest = Encoded(form, value);
            for (var i = 0; i < size; i++, rest >>= 7) to[i] = (byte)(i < size - 1 ? rest | 0x80 : rest);
        }

        return size;
    }

    /// <summary>
    /// Reads a number of any form but digits. The answer is how many bytes it took; 0 if more are needed, -1 if it is broken.
    /// </summary>
    public static int TryRead(NumberForm form, ReadOnlySpan<byte> bytes, out long value)
    {
        var width = Width(form);
        if (width > 0)
        {
            value = bytes.Length < width ? 0 : ReadFixed(form, bytes);
            return bytes.Length < width ? 0 : width;
        }

        ulong read = 0;
        for (var i = 0; i < bytes.Length && i < MaxVarint; i++)
        {
            read |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            value = form == NumberForm.Zigzag ? (long)(read >> 1) ^ -(long)(read & 1) : (long)read;
            return i + 1;
        }

        value = 0;
        return bytes.Length < MaxVarint ? 0 : -1;
    }

    /// <summary>Reads a number of digits alone; false if it is none or too large.</summary>
    public static bool TryDigits(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > MaxDigits) return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            if (value > (long.MaxValue - (digit - '0')) / 10) return false;
            value = value * 10 + (digit - '0');
        }

        return true;
    }

    private static ulong Encoded(NumberForm form, long value) => form == NumberForm.Zigzag ? (ulong)(value << 1 ^ value >> 63) : (ulong)value;

    private static long ReadOther(NumberForm form, ReadOnlySpan<byte> bytes) => form switch
    {
        NumberForm.I8 => (sbyte)bytes[0],
        NumberForm.U16Little => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        NumberForm.I16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        NumberForm.I16Little => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        NumberForm.U24 => bytes[0] << 16 | BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]),
        NumberForm.U24Little => BinaryPrimitives.ReadUInt16LittleEndian(bytes) | bytes[2] << 16,
        NumberForm.U32Little => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        NumberForm.I32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        NumberForm.I32Little => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        NumberForm.U64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
        NumberForm.U64Little => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => 0,
    };
}
