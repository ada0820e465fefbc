using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// Bolt has no magic number: a client's first message must have the whole head of a call or heartbeat, with a class name of sensible length and
/// lengths within the limit.
/// </summary>
internal static class BoltRecogniser
{
    private const int MaxClassName = 512;

    public static Recognition Recognise(ReadOnlySpan<byte> bytes, int maxFrameBytes)
    {
        if (bytes[0] is not (1 or 2)) return Recognition.No;
        var layout = new BoltLayout(bytes[0] == 1, IsAnswer: false);
        if (!layout.IsV1 && bytes.Length > BoltLayout.VersionAt && bytes[BoltLayout.VersionAt] is not (1 or 2)) return Recognition.No;
        if (bytes.Length <= layout.TypeAt) return Recognition.NeedMore;
        if (bytes[layout.TypeAt] is not (BoltLayout.Request or BoltLayout.OneWay)) return Recognition.No;
        if (bytes.Length > layout.CommandAt && bytes[layout.CommandAt] != 0) return Recognition.No;
        if (bytes.Length > layout.CommandAt + 1 && bytes[layout.CommandAt + 1] > BoltLayout.RpcRequest) return Recognition.No;
        return bytes.Length < layout.Size ? Recognition.NeedMore : Lengths(bytes, layout, maxFrameBytes);
    }

    private static Recognition Lengths(ReadOnlySpan<byte> bytes, BoltLayout layout, int maxFrameBytes)
    {
        var name = BinaryPrimitives.ReadUInt16BigEndian(bytes[layout.ClassLengthAt..]);
        var content = BinaryPrimitives.ReadUInt32BigEndian(bytes[layout.ContentLengthAt..]);
        var isCall = bytes[layout.CommandAt + 1] == BoltLayout.RpcRequest;
        return name <= (isCall ? MaxClassName : 0) && content <= maxFrameBytes ? Recognition.Yes : Recognition.No;
    }
}
