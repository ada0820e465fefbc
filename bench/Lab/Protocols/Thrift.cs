using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Bench.Lab.Protocols;

/// <summary>
/// Thrift's strict binary protocol in frames: 4-byte length, version and kind, method, 4-byte sequence id, then a struct with one string
/// (field 1 of a call, field 0 of a reply).
/// </summary>
internal readonly struct Thrift : IWireProtocol
{
    public const string Method = "echo";

    private const uint Call = 0x80010001;
    private const uint Reply = 0x80010002;
    private const byte StringField = 11;
    private const int NameAt = 12;
    private const int IdAt = 16; // behind the four letters of the method
    private const int FieldAt = 20;
    private const int TextAt = FieldAt + 7;

    private static ReadOnlySpan<byte> Name => "echo"u8;

    public static int HeaderSize => 4;

    public static long IdMask => 0x7FFFFFFF;

    public static int FrameLength(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        return length is > TextAt - 4 and < IWireProtocol.MaxFrame ? HeaderSize + (int)length : -1;
    }

    public static RequestTemplate Template(int argumentLength, bool echo)
    {
        var frame = new byte[TextAt + argumentLength + 1];
        WriteMessage(frame, Call, 0, 1, argumentLength);
        Filler.Text(argumentLength, echo).CopyTo(frame, TextAt);
        return new RequestTemplate(frame, TextAt, argumentLength, uniqueOffset: 0, echo);
    }

    public static long ReadId(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame[IdAt..]);

    public static void WriteId(Span<byte> frame, long id) => BinaryPrimitives.WriteInt32BigEndian(frame[IdAt..], (int)(id & IdMask));

    public static int WriteAnswer(ReadOnlySpan<byte> request, Span<byte> target)
    {
        if (!TryReadText(request, Call, 1, out var argument))
            return -1;
        var echo = Filler.WantsEcho(argument);
        var length = Letters.Size + (echo ? argument.Length : 0);
        if (echo)
            argument.CopyTo(target[(TextAt + Letters.Size)..]);
        Letters.Write(target[TextAt..], Checksum.Of(argument));
        target[TextAt + length] = 0;
        WriteMessage(target[..(TextAt + length + 1)], Reply, (int)ReadId(request), 0, length);
        return TextAt + length + 1;
    }

    public static bool TryReadAnswer(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> checksum, out ReadOnlySpan<byte> echo)
    {
        checksum = echo = default;
        if (!TryReadText(frame, Reply, 0, out var text) || text.Length < Letters.Size)
            return false;
        checksum = text[..Letters.Size];
        echo = text[Letters.Size..];
        return true;
    }

    public static string Explain(ReadOnlySpan<byte> frame) => Encoding.Latin1.GetString(frame[4..Math.Min(frame.Length, 300)]);

    private static bool TryReadText(ReadOnlySpan<byte> frame, uint kind, short field, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (frame.Length <= TextAt
            || BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) != kind
            || BinaryPrimitives.ReadInt32BigEndian(frame[8..]) != Name.Length
            || !frame[NameAt..].StartsWith(Name)
            || frame[FieldAt] != StringField
            || BinaryPrimitives.ReadInt16BigEndian(frame[(FieldAt + 1)..]) != field
            || BinaryPrimitives.ReadInt32BigEndian(frame[(FieldAt + 3)..]) != frame.Length - TextAt - 1
            || frame[^1] != 0)
        {
            return false;
        }
        text = frame[TextAt..^1];
        return true;
    }

    private static void WriteMessage(Span<byte> frame, uint kind, int id, short field, int textLength)
    {
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(frame[4..], kind);
        BinaryPrimitives.WriteInt32BigEndian(frame[8..], Name.Length);
        Name.CopyTo(frame[NameAt..]);
        BinaryPrimitives.WriteInt32BigEndian(frame[IdAt..], id);
        frame[FieldAt] = StringField;
        BinaryPrimitives.WriteInt16BigEndian(frame[(FieldAt + 1)..], field);
        BinaryPrimitives.WriteInt32BigEndian(frame[(FieldAt + 3)..], textLength);
    }
}
