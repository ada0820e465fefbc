using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>Writes Hessian 2 values as Java's writer does: surrogate pairs as two characters of three bytes each.</summary>
internal readonly struct Hessian2Writer : IDubboBodyWriter
{
    private const int MaxChunkUnits = 0x8000;
    private const int MaxShortUnits = 31;
    private const int MaxMediumUnits = 1023;

    /// <summary>
    /// ASCII stays; of the rest a byte becomes three at most (a broken one becomes U+FFFD; four of a pair become six). A chunk costs
    /// three bytes and holds 0x7fff units at least.
    /// </summary>
    public static long MaxTextSize(ReadOnlySpan<byte> utf8) =>
        (Ascii.IsValid(utf8) ? utf8.Length : 3L * utf8.Length) + 3L * (utf8.Length / (MaxChunkUnits - 1) + 1);

    public static void WriteText(ref SpanWriter output, scoped ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8)) WriteAscii(ref output, utf8);
        else WriteOther(ref output, utf8);
    }

    public static void WriteNumber(ref SpanWriter output, int number) => output.Write(Hessian2Code.SmallInt(number));

    public static void OpenMap(ref SpanWriter output) => output.Write(Hessian2Code.UntypedMap);

    public static void BeforeKey(ref SpanWriter output, bool first) { }

    public static void BeforeValue(ref SpanWriter output) { }

    public static void CloseMap(ref SpanWriter output) => output.Write(Hessian2Code.End);

    public static void EndValue(ref SpanWriter output) { }

    private static void WriteAscii(ref SpanWriter output, scoped ReadOnlySpan<byte> text)
    {
        while (text.Length > MaxChunkUnits)
        {
            output.Write(Hessian2Code.TextChunk);
            BinaryPrimitives.WriteUInt16BigEndian(output.Reserve(2), MaxChunkUnits);
            output.Write(text[..MaxChunkUnits]);
            text = text[MaxChunkUnits..];
        }

        switch (text.Length)
        {
            case <= MaxShortUnits:
                output.Write((byte)text.Length);
                break;
            case <= MaxMediumUnits:
                output.Write((byte)(Hessian2Code.MediumText + (text.Length >> 8)));
                output.Write((byte)text.Length);
                break;
            default:
                output.Write(Hessian2Code.Text);
                BinaryPrimitives.WriteUInt16BigEndian(output.Reserve(2), (ushort)text.Length);
                break;
        }

        output.Write(text);
    }

    private static void WriteOther(ref SpanWriter output, scoped ReadOnlySpan<byte> utf8)
    {
        Span<char> pair = stackalloc char[2];
        do
        {
            var header = output.Reserve(3);
            var units = 0;
            while (!utf8.IsEmpty)
            {
                var valid = Rune.DecodeFromUtf8(utf8, out var rune, out var used) == OperationStatus.Done;
                if (units + rune.Utf16SequenceLength > MaxChunkUnits) break;
                var count = rune.EncodeToUtf16(pair);
                if (count == 2)
                {
                    WriteHalf(ref output, pair[0]);
                    WriteHalf(ref output, pair[1]);
                }
                else
                {
                    output.Write(valid ? utf8[..used] : "\ufffd"u8);
                }

                units += count;
                utf8 = utf8[used..];
            }

            header[0] = utf8.IsEmpty ? Hessian2Code.Text : Hessian2Code.TextChunk;
            BinaryPrimitives.WriteUInt16BigEndian(header[1..], (ushort)units);
        }
        while (!utf8.IsEmpty);
    }

    private static void WriteHalf(ref SpanWriter output, char half) =>
        output.Write([(byte)(0xe0 | half >> 12), (byte)(0x80 | half >> 6 & 0x3f), (byte)(0x80 | half & 0x3f)]);
}
