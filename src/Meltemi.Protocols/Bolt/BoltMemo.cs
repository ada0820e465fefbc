using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>What the answer to a request needs to know of it: how the content is coded, so that an error is coded so too.</summary>
internal static class BoltMemo
{
    public const byte Hessian = 1;

    private const long NewHessian = 0x100;

    public static long Make(ReadOnlySpan<byte> message, BoltLayout layout, in Frame frame)
    {
        var content = message[(frame.Mark0 + frame.Mark1)..];
        var codec = message[layout.CodecAt];
        return codec == Hessian && SofaRequest.IsNewDialect(content) ? codec | NewHessian : codec;
    }

    public static byte Codec(long memo) => (byte)memo;

    /// <summary>Whether the client writes Hessian as SOFAHessian 4 does, and not as 3; the two cannot read each other's objects.</summary>
    public static bool IsNewHessian(long memo) => (memo & NewHessian) != 0;
}
