using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>Finds messages. The packet's own fields are walked through, what is in its buffer is not.</summary>
internal static class TarsDecoder
{
    private const int Start = TarsPacket.LengthSize + 2;
    private const byte VersionHead = 1 << 4 | TarsReader.Byte;
    private const byte OneWay = 1;

    /// <inheritdoc cref="ICodec.Decode"/>
    public static Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, int maxFrameBytes, ref Frame frame)
    {
        if (bytes.Length > TarsPacket.LengthSize && bytes[TarsPacket.LengthSize] != VersionHead) return Decoded.NotThis("tars: no version");
        if (bytes.Length < Start) return Decoded.Need(Start);
        if (bytes[TarsPacket.LengthSize + 1] is not (TarsPacket.Tars or TarsPacket.TupComplex or TarsPacket.TupSimple or TarsPacket.Json))
            return Decoded.NotThis("tars: unknown version");
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (length < Start || length > maxFrameBytes) return Decoded.Malformed("tars: the length is out of bounds");
        if (bytes.Length < length) return Decoded.Need((int)length);

        var message = bytes[..(int)length];
        if (!TarsPacket.TryRead(message, out var packet)) return Decoded.Malformed("tars: the packet's fields are broken");
        frame.Length = message.Length;
        frame.Id = (uint)packet.RequestId.Number(message);
        frame.Mark0 = packet.RequestId.Start;
        frame.Mark1 = packet.RequestId.End;
        if (origin == Origin.Server) return Answer(message, packet, ref frame);
        if (packet.IsResponse) return Decoded.Malformed("tars: an answer from a client");

        frame.Kind = packet.PacketType.Number(message) == OneWay ? MessageKind.OneWay : MessageKind.Request;
        frame.Memo = packet.Version.Number(message);
        frame.KeepOffset = packet.Servant.Start;
        frame.KeepLength = packet.Function.End - packet.Servant.Start;
        return Decoded.Complete;
    }

    private static Decoded Answer(ReadOnlySpan<byte> message, in TarsPacket packet, ref Frame frame)
    {
        var isTup = packet.Version.Number(message) is TarsPacket.TupComplex or TarsPacket.TupSimple;
        if (packet.IsResponse == isTup) return Decoded.Malformed("tars: a packet of the other kind");

        // Servers push under the number 0, which no request has.
        frame.Kind = frame.Id == 0 ? MessageKind.ServerPush : MessageKind.Response;
        frame.Code = TarsReturn.Of(message, packet);
        frame.Status = TarsReturn.ToAnswer(frame.Code);
        return Decoded.Complete;
    }
}
