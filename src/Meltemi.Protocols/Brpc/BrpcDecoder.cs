using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Brpc;

/// <summary>Finds messages and reads their meta; the payload is not looked at.</summary>
internal static class BrpcDecoder
{
    /// <summary>Frames of bRPC's streams have the same head but for these letters.</summary>
    private static ReadOnlySpan<byte> StreamMagic => "STRM"u8;

    private static ReadOnlySpan<byte> Magic => "PRPC"u8;

    /// <inheritdoc cref="ICodec.Decode"/>
    public static Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, int maxFrameBytes, ref Frame frame)
    {
        var seen = Math.Min(bytes.Length, Magic.Length);
        var isStream = seen > 0 && bytes.StartsWith(StreamMagic[..seen]);
        if (!isStream && !bytes.StartsWith(Magic[..seen])) return Decoded.NotThis("brpc: no PRPC");
        if (bytes.Length < BrpcMeta.HeadSize) return Decoded.Need(BrpcMeta.HeadSize);
        var total = BrpcMeta.HeadSize + (long)BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (total > maxFrameBytes) return Decoded.Malformed("brpc: the message is over the limit");
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) > total - BrpcMeta.HeadSize) return Decoded.Malformed("brpc: the meta is longer than the body");
        if (bytes.Length < total) return Decoded.Need((int)total);
        frame.Length = (int)total;
        if (isStream)
        {
            frame.Kind = MessageKind.ServerPush;
            return Decoded.Complete;
        }

        var message = bytes[..frame.Length];
        if (!BrpcMeta.TryRead(message, out var meta)) return Decoded.Malformed("brpc: the meta is broken");
        frame.Id = meta.Id.Varint;
        frame.Mark0 = meta.Id.Value;
        frame.Mark1 = meta.Id.Length;
        if (origin == Origin.Client)
        {
            if (!meta.IsRequest) return Decoded.Malformed("brpc: no request from a client");
            frame.Kind = MessageKind.Request;
            return Decoded.Complete;
        }

        if (meta.IsRequest) return Decoded.Malformed("brpc: a request from a server");
        frame.Kind = MessageKind.Response;
        if (!meta.IsResponse) return Decoded.Complete;
        if (!BrpcMeta.TryFind(message, meta.Response, BrpcMeta.ErrorCode, out var code)) return Decoded.Malformed("brpc: the meta is broken");
        frame.Code = (int)code.Varint;
        frame.Status = BrpcErrors.ToAnswer(frame.Code);
        return Decoded.Complete;
    }
}
