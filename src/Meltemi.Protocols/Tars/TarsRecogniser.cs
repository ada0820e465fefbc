using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>
/// Tars has no magic number: behind a length within the limit there must be the fields of a request in their order, each of a type that it can
/// have, up to the servant's name.
/// </summary>
internal static class TarsRecogniser
{
    private const int ServantTag = 5;

    public static Recognition Recognise(ReadOnlySpan<byte> bytes, int maxFrameBytes)
    {
        var length = Recognising.Length(bytes, maxFrameBytes);
        if (length != Recognition.Yes) return length;

        // Version, kind of packet, kind of message and id are numbers.
        var at = TarsPacket.LengthSize;
        for (var last = 0; at < bytes.Length;)
        {
            var (tag, type) = (bytes[at] >> 4, bytes[at] & 0xf);
            if (tag == ServantTag) return last == ServantTag - 1 && type is TarsReader.ShortText or TarsReader.LongText ? Recognition.Yes : Recognition.No;
            if (tag != last + 1 || type is not (TarsReader.Byte or TarsReader.Short or TarsReader.Int or TarsReader.Zero)) return Recognition.No;
            if (tag == 1 && !IsVersion(bytes, at)) return Recognition.No;
            at += 1 + SizeOf(type);
            last = tag;
        }

        return Recognition.NeedMore;
    }

    private static bool IsVersion(ReadOnlySpan<byte> bytes, int at) =>
        (bytes[at] & 0xf) == TarsReader.Byte
        && (bytes.Length <= at + 1 || bytes[at + 1] is TarsPacket.Tars or TarsPacket.TupComplex or TarsPacket.TupSimple or TarsPacket.Json);

    private static int SizeOf(int type) => type switch
    {
        TarsReader.Byte => 1,
        TarsReader.Short => 2,
        TarsReader.Int => 4,
        _ => 0,
    };
}
