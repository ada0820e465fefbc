using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>The invented protocol of cameras: varints, little-endian, bits, tags, a field that is there or not, a byte at the end.</summary>
public class VideoTests : ConformanceTests
{
    private static readonly Sample Keep = new("keep a picture", Origin.Client, Message(1 | 0x40 | 0x80, 300, 7, 250, [(1, "h264"), (2, "lobby"), (200, "x")], "pixels"), MessageKind.Request)
    {
        Id = 300,
        Attributes = new() { ["camera"] = "7", ["codec"] = "h264", ["room"] = "lobby", ["deadline"] = "250", ["keyFrame"] = "true", ["operator"] = null, ["200"] = "x", ["kind"] = "request" },
        CanSet = new() { ["room"] = "a room with a longer name than before", ["operator"] = "ann", ["camera"] = "65535", ["99"] = "new" },
        CanRemove = ["codec", "operator", "200"],
        Body = "pixels"u8.ToArray(),
    };

    protected override ICodec Codec { get; } = Declared.Sample("video.yaml");

    protected override IReadOnlyList<Sample> Samples { get; } =
    [
        Keep,
        new("without deadline", Origin.Client, Message(1, 1, 1, null, [], ""), MessageKind.Request) { Id = 1, Attributes = new() { ["deadline"] = null, ["keyFrame"] = "false", ["camera"] = "1" }, CanSet = new() { ["room"] = "r" } },
        new("may be lost", Origin.Client, Message(3, 90_000, 7, null, [(1, "jpeg")], new('x', 200)), MessageKind.OneWay) { Id = 90_000, CanSet = new() { ["codec"] = "png" } },
        new("kept", Origin.Server, Message(2, 300, 7, null, [(2, "lobby")], ""), MessageKind.Response) { Id = 300, Status = AnswerStatus.Ok, Code = 0, Answers = Keep, CanSet = new() { ["room"] = "hall" } },
        new("busy", Origin.Server, Message(2, 300, 7, null, [(10, "1"), (11, "disk")], ""), MessageKind.Response) { Id = 300, Status = AnswerStatus.Overloaded, Code = 1, Answers = Keep, Attributes = new() { ["status"] = "1", ["reason"] = "disk" } },
        new("heartbeat", Origin.Client, Message(4, 5, 0, null, [], ""), MessageKind.Heartbeat) { Id = 5 },
        new("heartbeat's answer", Origin.Server, Message(5, 5, 0, null, [], ""), MessageKind.HeartbeatAnswer) { Id = 5 },
        new("turn left", Origin.Server, Message(6, 0, 7, null, [(3, "ann")], ""), MessageKind.ServerPush),
    ];

    private static byte[] Message(byte flags, uint sequence, ushort camera, ushort? deadline, (byte Tag, string Value)[] details, string picture)
    {
        byte[] block = [.. details.SelectMany(detail => (byte[])[detail.Tag, .. Varint((uint)detail.Value.Length), .. Encoding.UTF8.GetBytes(detail.Value)])];
        byte[] late = deadline is { } milliseconds ? [(byte)milliseconds, (byte)(milliseconds >> 8)] : [];
        byte[] rest = [.. Varint(sequence), (byte)camera, (byte)(camera >> 8), .. late, .. Varint((uint)block.Length), .. block, .. Encoding.UTF8.GetBytes(picture), 0xee];
        return [0xf7, 0x56, flags, .. Varint((uint)rest.Length), .. rest];
    }

    private static byte[] Varint(uint value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
