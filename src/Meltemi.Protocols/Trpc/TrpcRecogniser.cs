using Meltemi.Codec;

namespace Meltemi.Protocols.Trpc;

/// <summary>The magic number, and a call or the opening of a stream.</summary>
internal static class TrpcRecogniser
{
    public static Recognition Recognise(ReadOnlySpan<byte> bytes)
    {
        var magic = Recognising.Magic(bytes, [TrpcHead.Magic0, TrpcHead.Magic1]);
        if (magic != Recognition.Yes) return magic;
        if (bytes.Length > 2 && bytes[2] > TrpcHead.Stream) return Recognition.No;
        if (bytes.Length < 4) return Recognition.NeedMore;
        return !TrpcHead.IsStream(bytes) || TrpcHead.StreamType(bytes) == TrpcHead.Init ? Recognition.Yes : Recognition.No;
    }
}
