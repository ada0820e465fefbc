using Meltemi.Codec;

namespace Meltemi.Protocols.Brpc;

/// <summary>Clients begin with a call; the letters of a stream's frames come later on a connection.</summary>
internal static class BrpcRecogniser
{
    public static Recognition Recognise(ReadOnlySpan<byte> bytes) => Recognising.Magic(bytes, "PRPC"u8);
}
