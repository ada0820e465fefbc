using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Finds messages. Framed and header transports say their length, and nothing behind the envelope is read but the first field of an
/// answer. Unframed messages are skipped through, see <see cref="ThriftSkipper"/>.
/// </summary>
internal static class ThriftDecoder
{
    private const string TooLong = "thrift: the message is longer than the limit";

    public static Decoded Decode(
        ReadOnlySpan<byte> bytes, Origin origin, ThriftConnection connection, int maxFrameBytes, ref Frame frame)
    {
        if (connection.Dialect.Transport == ThriftTransport.Unknown)
        {
            var sniffed = ThriftSniffer.Sniff(bytes, maxFrameBytes, out var dialect);
            if (sniffed.Status != DecodeStatus.Complete) return sniffed;
            connection.Dialect = dialect;
        }

        if (connection.Dialect.Transport == ThriftTransport.Unframed) return Unframed(bytes, origin, connection, maxFrameBytes, ref frame);
        if (bytes.Length < 4) return Decoded.Need(4);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length <= 0) return Decoded.Malformed("thrift: not a frame length");
        if (length > maxFrameBytes - 4) return Decoded.Malformed(TooLong);
        if (bytes.Length < 4 + length) return Decoded.Need(4 + length);
        frame.Length = 4 + length;
        var message = bytes[..frame.Length];
        return connection.Dialect.Transport == ThriftTransport.Header
            ? Header(message, origin, ref frame)
            : Framed(message, origin, 4, connection.Dialect, ref frame);
    }

    /// <summary>Whether the message itself can be read: not if a transform or an unknown protocol hides it.</summary>
    public static bool HasEnvelope(in Frame frame) =>
        frame.Mark0 > 0 || ThriftDialect.Of(frame.Variant).Transport == ThriftTransport.Unframed;

    private static Decoded Framed(ReadOnlySpan<byte> message, Origin origin, int start, ThriftDialect dialect, ref Frame frame)
    {
        var cursor = new WireCursor(message, start);
        if (!ThriftEnvelope.Read(ref cursor, dialect.Protocol, out var envelope)) return cursor.FailureAtEnd;
        return Describe(message, origin, start, dialect, envelope, ref frame);
    }

    private static Decoded Unframed(
        ReadOnlySpan<byte> bytes, Origin origin, ThriftConnection connection, int maxFrameBytes, ref Frame frame)
    {
        var dialect = connection.Dialect;
        var cursor = new WireCursor(bytes, 0);
        if (!ThriftEnvelope.Read(ref cursor, dialect.Protocol, out var envelope)) return Within(cursor.Failure, maxFrameBytes);
        var skipped = connection.Skipper.Skip(bytes, envelope, dialect.Protocol, maxFrameBytes, out var end);
        if (skipped.Status != DecodeStatus.Complete) return Within(skipped, maxFrameBytes);
        if (end > maxFrameBytes) return Decoded.Malformed(TooLong);
        frame.Length = end;
        return Describe(bytes[..end], origin, 0, dialect, envelope, ref frame);
    }

    private static Decoded Header(ReadOnlySpan<byte> message, Origin origin, ref Frame frame)
    {
        if (message.Length < 6 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != ThriftSniffer.HeaderMagic)
        {
            return Decoded.Malformed("thrift: a frame without header on a connection with headers");
        }

        if (ThriftHeader.Read(message, out var header) is { } wrong) return Decoded.Malformed(wrong);
        var protocol = header.ProtocolId switch
        {
            ThriftHeader.BinaryId => ThriftProtocol.Binary,
            ThriftHeader.CompactId => ThriftProtocol.Compact,
            _ => ThriftProtocol.Opaque,
        };
        var dialect = new ThriftDialect(ThriftTransport.Header, protocol);
        if (origin == Origin.Client) frame.Memo = new ThriftMemo(header).Value;
        if (protocol == ThriftProtocol.Opaque || header.Transforms > 0)
        {
            // We see the pairs but not the message: no method, and a one-way call passes for a call.
            frame.Kind = origin == Origin.Client ? MessageKind.Request : MessageKind.Response;
            frame.Variant = dialect.Variant;
            frame.Id = (uint)header.Id;
            return Decoded.Complete;
        }

        return Framed(message, origin, header.PayloadOffset, dialect, ref frame);
    }

    private static Decoded Describe(
        ReadOnlySpan<byte> message, Origin origin, int start, ThriftDialect dialect, in ThriftEnvelope envelope, ref Frame frame)
    {
        if (envelope.Type is 0 or > ThriftMessageType.OneWay) return Decoded.Malformed("thrift: unknown message type");
        var asks = envelope.Type is ThriftMessageType.Call or ThriftMessageType.OneWay;
        if (asks != (origin == Origin.Client)) return Decoded.Malformed("thrift: the message goes the wrong way");
        frame.Variant = dialect.Variant;
        frame.Id = (uint)envelope.Id;
        frame.Mark0 = start;
        if (asks)
        {
            // Servers answer with the bare method name also where the call names the service too.
            var name = message.Slice(envelope.NameOffset, envelope.NameLength);
            var bare = name.IndexOf((byte)':') + 1;
            frame.Kind = envelope.Type == ThriftMessageType.Call ? MessageKind.Request : MessageKind.OneWay;
            frame.KeepOffset = envelope.NameOffset + bare;
            frame.KeepLength = envelope.NameLength - bare;
            return Decoded.Complete;
        }

        frame.Kind = MessageKind.Response;
        return ThriftAnswer.Read(message, envelope, dialect.Protocol, ref frame);
    }

    private static Decoded Within(Decoded decoded, int maxFrameBytes) =>
        decoded.Status == DecodeStatus.NeedMore && decoded.Needed > maxFrameBytes ? Decoded.Malformed(TooLong) : decoded;
}
