using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>
/// Hessian texts: chunks whose lengths count UTF-16 code units, their bytes UTF-8. Java writes each half of a surrogate pair as three bytes
/// of its own, other writers four bytes for both; we read either.
/// <code>
/// text  ::= x52('R') u16 units* text      a chunk and more
///       ::= x53('S') u16 units*
///       ::= [x00-x1f] units*              0 to 31
///       ::= [x30-x33] u8 units*           0 to 1023
/// </code>
/// </summary>
internal static class Hessian2Text
{
    /// <summary>Whether a value that begins with this byte is a text.</summary>
    public static bool IsText(byte code) =>
        code is <= Hessian2Code.ShortTextMax or (>= Hessian2Code.MediumText and <= Hessian2Code.MediumTextMax)
            or Hessian2Code.Text or Hessian2Code.TextChunk;

    /// <summary>Reads the text at <paramref name="at"/> and moves behind it; false if it is broken or no text.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out BodyText text)
    {
        text = default;
        var start = at;
        var plain = true;
        while (true)
        {
            if (!TryReadHeader(bytes, ref at, out var units, out var last)) return false;
            var from = at;
            if (!TryPass(bytes, ref at, units, ref plain)) return false;
            if (last)
            {
                text = plain ? new(from, at - from, true) : new(start, at - start, false);
                return true;
            }

            plain = false;
        }
    }

    /// <summary>Passes a text of one short chunk that is known to be ASCII; false for anything else.</summary>
    public static bool TryPassPlain(ReadOnlySpan<byte> bytes, ref int at, out int offset, out int length)
    {
        offset = length = 0;
        if ((uint)at >= (uint)bytes.Length) return false;
        length = bytes[at];
        if (length <= Hessian2Code.ShortTextMax)
        {
            at++;
        }
        else
        {
            if (length is < Hessian2Code.MediumText or > Hessian2Code.MediumTextMax || bytes.Length - at < 2) return false;
            length = (length - Hessian2Code.MediumText) << 8 | bytes[at + 1];
            at += 2;
        }

        if (bytes.Length - at < length) return false;
        offset = at;
        at += length;
        return true;
    }

    /// <summary>Writes a text that <see cref="TryRead"/> has passed as UTF-8; half a surrogate pair becomes U+FFFD.</summary>
    public static int Decode(ReadOnlySpan<byte> coded, Span<byte> to)
    {
        var output = new SurrogateJoiner(to);
        var at = 0;
        var last = false;
        while (!last && TryReadHeader(coded, ref at, out var units, out last))
        {
            while (units > 0)
            {
                var width = Width(coded[at]);
                var character = coded.Slice(at, width);
                if (IsSurrogate(character)) output.Half((char)(0xd000 | (character[1] & 0x3f) << 6 | (character[2] & 0x3f)));
                else output.Whole(character);
                at += width;
                units -= width == 4 ? 2 : 1;
            }
        }

        return output.Finish();
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, ref int at, out int units, out bool last)
    {
        units = 0;
        last = true;
        if ((uint)at >= (uint)bytes.Length) return false;
        var code = bytes[at];
        switch (code)
        {
            case <= Hessian2Code.ShortTextMax:
                units = code;
                at++;
                return true;
            case >= Hessian2Code.MediumText and <= Hessian2Code.MediumTextMax:
                if (bytes.Length - at < 2) return false;
                units = (code - Hessian2Code.MediumText) << 8 | bytes[at + 1];
                at += 2;
                return true;
            case Hessian2Code.Text or Hessian2Code.TextChunk:
                if (bytes.Length - at < 3) return false;
                units = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
                last = code == Hessian2Code.Text;
                at += 3;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Moves behind so many UTF-16 code units. Texts are mostly ASCII: then a unit is a byte.</summary>
    private static bool TryPass(ReadOnlySpan<byte> bytes, ref int at, int units, ref bool plain)
    {
        if (bytes.Length - at < units) return false;
        var text = bytes.Slice(at, units);
        if (Ascii.IsValid(text))
        {
            at += units;
            return true;
        }

        var ascii = text.IndexOfAnyInRange((byte)0x80, (byte)0xff);
        at += ascii;
        units -= ascii;
        while (units > 0)
        {
            if (at == bytes.Length) return false;
            var width = Width(bytes[at]);
            if (width == 0 || bytes.Length - at < width) return false;
            for (var i = 1; i < width; i++)
            {
                if ((bytes[at + i] & 0xc0) != 0x80) return false;
            }

            if (IsSurrogate(bytes.Slice(at, width))) plain = false;
            at += width;
            units -= width == 4 ? 2 : 1;
        }

        return units == 0;
    }

    /// <summary>Bytes of a character by its first byte; 0: it is none.</summary>
    private static int Width(byte first) => first switch
    {
        < 0x80 => 1,
        < 0xc0 => 0,
        < 0xe0 => 2,
        < 0xf0 => 3,
        < 0xf8 => 4,
        _ => 0,
    };

    private static bool IsSurrogate(ReadOnlySpan<byte> character) => character.Length == 3 && character[0] == 0xed && character[1] >= 0xa0;
}
