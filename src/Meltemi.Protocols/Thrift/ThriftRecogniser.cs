using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>What <see cref="ThriftSniffer"/> says, and that the message is a call.</summary>
internal static class ThriftRecogniser
{
    public static Recognition Recognise(ReadOnlySpan<byte> bytes, int maxFrameBytes)
    {
        // Without a magic number in front it is a length, of the frame or of the name.
        if (bytes[0] < 0x80 && Recognising.Length(bytes, maxFrameBytes) == Recognition.No) return Recognition.No;
        var sniffed = ThriftSniffer.Sniff(bytes, maxFrameBytes, out var dialect);
        if (sniffed.Status != DecodeStatus.Complete) return sniffed.Status == DecodeStatus.NeedMore ? Recognition.NeedMore : Recognition.No;
        if (dialect.Transport == ThriftTransport.Header) return Recognition.Yes;
        var start = dialect.Transport == ThriftTransport.Framed ? 4 : 0;
        var at = dialect.Protocol switch
        {
            ThriftProtocol.Binary => start + 3,
            ThriftProtocol.Compact => start + 1,
            _ => start + 4 + BinaryPrimitives.ReadInt32BigEndian(bytes[start..]),
        };
        if (bytes.Length <= at) return Recognition.NeedMore;
        var type = (ThriftMessageType)(dialect.Protocol == ThriftProtocol.Compact ? bytes[at] >> 5 : bytes[at]);
        return type is ThriftMessageType.Call or ThriftMessageType.OneWay ? Recognition.Yes : Recognition.No;
    }
}
