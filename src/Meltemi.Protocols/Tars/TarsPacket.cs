using System.Runtime.CompilerServices;

namespace Meltemi.Protocols.Tars;

/// <summary>
/// Where the fields of a packet stand (RequestF.tars of the Tars framework). Behind a u32 with the length of it all:
/// <code>
///      RequestPacket                ResponsePacket
///  1   iVersion: 1 TARS, 2 and 3 TUP, 5 JSON
///  2   cPacketType: 0, 1 one-way
///  3   iMessageType: bits           iRequestId
///  4   iRequestId                   iMessageType
///  5   sServantName                 iRet
///  6   sFuncName                    sBuffer
///  7   sBuffer                      status: map of texts
///  8   iTimeout in ms               sResultDesc
///  9   context: map of texts        context
///  10  status: map of texts
/// </code>
/// TUP's answers are RequestPackets, with the result in the status map.
/// </summary>
internal struct TarsPacket
{
    public const int LengthSize = 4;

    public const int Tars = 1, TupComplex = 2, TupSimple = 3, Json = 5;

    private Fields _fields;

    /// <summary>Whether it is a ResponsePacket: its field 5 is a number.</summary>
    public readonly bool IsResponse => _fields[5].Type is not (TarsReader.ShortText or TarsReader.LongText);

    public readonly TarsField Version => _fields[1];

    public readonly TarsField PacketType => _fields[2];

    public readonly TarsField MessageType => _fields[IsResponse ? 4 : 3];

    public readonly TarsField RequestId => _fields[IsResponse ? 3 : 4];

    public readonly TarsField Servant => _fields[5];

    public readonly TarsField Function => _fields[6];

    public readonly TarsField Return => _fields[5];

    public readonly TarsField Timeout => _fields[8];

    public readonly TarsField Description => _fields[8];

    public readonly TarsField Context => _fields[9];

    public readonly TarsField Status => _fields[IsResponse ? 7 : 10];

    /// <summary>Finds the fields; false if they are broken, out of order, or one that must be there is not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out TarsPacket packet)
    {
        packet = default;
        var reader = new TarsReader(message, LengthSize);
        var last = 0;
        while (!reader.AtEnd)
        {
            var start = reader.Position;
            if (!reader.TryHead(out var tag, out var type) || tag <= last) return false;
            var value = reader.Position;
            if (!reader.TrySkip(type)) return false;
            if (tag < Fields.Count) packet._fields[tag] = new(start, value, reader.Position, type);
            last = tag;
        }

        return packet is { Version.IsThere: true, PacketType.IsThere: true, RequestId.IsThere: true, Servant.IsThere: true }
            && (packet.IsResponse || packet.Function.IsText);
    }

    [InlineArray(Count)]
    private struct Fields
    {
        public const int Count = 11;

        private TarsField _first;
    }
}

/// <summary>A field: where its head begins, where its value does, and where it ends.</summary>
internal readonly record struct TarsField(int Start, int Value, int End, int Type)
{
    public bool IsThere => End > 0;

    public bool IsText => IsThere && Type is TarsReader.ShortText or TarsReader.LongText;

    public bool IsMap => IsThere && Type == TarsReader.Map;

    /// <summary>The number; 0 if the field is not there or is none.</summary>
    public int Number(ReadOnlySpan<byte> message)
    {
        if (!IsThere) return 0;
        new TarsReader(message, Value).TryNumber(Type, out var number);
        return number;
    }

    /// <summary>Where the text is; empty if the field is not there or is none.</summary>
    public (int Offset, int Length) Text(ReadOnlySpan<byte> message)
    {
        if (!IsThere || !new TarsReader(message, Value).TryText(Type, out var offset, out var length)) return (0, 0);
        return (offset, length);
    }
}
