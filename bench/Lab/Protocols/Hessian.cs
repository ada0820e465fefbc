using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Bench.Lab.Protocols;

/// <summary>Strings of Hessian 2 (ASCII only, so that characters are bytes): short forms, and chunks for the long ones.</summary>
internal static class Hessian
{
    // Java's writer cuts at 32 Ki characters.
    private const int ChunkSize = 0x8000;

    public static void Write(Stream target, string text) => Write(target, Encoding.ASCII.GetBytes(text));

    public static void Write(Stream target, ReadOnlySpan<byte> text)
    {
        for (; text.Length > ChunkSize; text = text[ChunkSize..])
        {
            WriteHeader(target, (byte)'R', ChunkSize);
            target.Write(text[..ChunkSize]);
        }
        if (text.Length < 32)
            target.WriteByte((byte)text.Length);
        else if (text.Length < 1024)
            target.Write([(byte)(0x30 + (text.Length >> 8)), (byte)text.Length]);
        else
            WriteHeader(target, (byte)'S', text.Length);
        target.Write(text);
    }

    /// <summary>Bytes of the string at the start of <paramref name="data"/>, with its headers; -1 if there is no whole one.</summary>
    public static int Length(ReadOnlySpan<byte> data)
    {
        var position = 0;
        while (position < data.Length)
        {
            var tag = data[position];
            var rest = data[(position + 1)..];
            int end;
            if (tag < 0x20)
                end = position + 1 + tag;
            else if ((tag & 0xFC) == 0x30 && rest.Length >= 1)
                end = position + 2 + ((tag & 3) << 8) + rest[0];
            else if (tag is (byte)'S' or (byte)'R' && rest.Length >= 2)
                end = position + 3 + BinaryPrimitives.ReadUInt16BigEndian(rest);
            else
                return -1;
            if (end > data.Length)
                return -1;
            if (tag != (byte)'R')
                return end;
            position = end;
        }
        return -1;
    }

    /// <summary>Bytes before the first character of a string that starts with <paramref name="tag"/>.</summary>
    public static int HeaderSize(byte tag) => tag < 0x20 ? 1 : (tag & 0xFC) == 0x30 ? 2 : 3;

    private static void WriteHeader(Stream target, byte tag, int length) => target.Write([tag, (byte)(length >> 8), (byte)length]);
}
