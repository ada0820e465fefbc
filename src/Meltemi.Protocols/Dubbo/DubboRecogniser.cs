using Meltemi.Codec;

namespace Meltemi.Protocols.Dubbo;

/// <summary>The magic number, and that it is a request: clients begin with a call or a heartbeat, which is one too.</summary>
internal static class DubboRecogniser
{
    public static Recognition Recognise(ReadOnlySpan<byte> bytes)
    {
        var magic = Recognising.Magic(bytes, [DubboHeader.Magic0, DubboHeader.Magic1]);
        if (magic != Recognition.Yes) return magic;
        if (bytes.Length < 3) return Recognition.NeedMore;
        return (bytes[2] & DubboHeader.Request) != 0 ? Recognition.Yes : Recognition.No;
    }
}
