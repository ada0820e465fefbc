using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>Heartbeats: messages of the fixed fields alone.</summary>
internal static class BoltHeartbeats
{
    private const int NoTimeout = -1;

    public static void Write(ulong id, BoltVariant variant, IBufferWriter<byte> output) =>
        Write(variant, BoltLayout.Request, (uint)id, BoltMemo.Hessian, NoTimeout, output);

    /// <summary>Writes nothing if the heartbeat is a one-way message.</summary>
    public static void WriteAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output)
    {
        var layout = BoltLayout.Of(message);
        if (message[layout.TypeAt] != BoltLayout.Request) return;
        var codec = message[layout.CodecAt];
        Write((BoltVariant)heartbeat.Variant, BoltLayout.Answer, (uint)heartbeat.Id, codec, BoltStatus.Success, output);
    }

    private static void Write(BoltVariant variant, byte type, uint id, byte codec, int rest, IBufferWriter<byte> output)
    {
        const int MaxSize = 28;
        var writer = new SpanWriter(output.GetSpan(MaxSize));
        var layout = BoltLayout.Write(writer.Rest, variant, type, BoltLayout.Heartbeat, id, codec, rest);
        writer.Reserve(layout.Size);
        if (variant == BoltVariant.V2WithCrc)
        {
            writer.Reserve(BoltCrc.Size);
            BoltCrc.Write(writer.Written);
        }

        output.Advance(writer.Length);
    }
}
