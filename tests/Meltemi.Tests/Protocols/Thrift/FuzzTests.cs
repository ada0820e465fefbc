using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Damaged messages: whatever they say, the codec answers, and what it accepts it can also rewrite.</summary>
public class FuzzTests
{
    [Fact]
    public void Fifty_thousand_damaged_messages_are_answered()
    {
        var random = new Random(20_240_817);
        var goldens = Wire.Golden.Values.ToArray();
        var counts = new int[4];
        var mutation = new Mutation();
        mutation.Set(Wire.Bytes("user"), Wire.Bytes("otto"));
        mutation.Remove(Wire.Bytes("empty"));
        mutation.Add(Wire.Bytes("zone"), Wire.Bytes("a"));
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = Damage(goldens[random.Next(goldens.Length)], random);
            var origin = (Origin)random.Next(2);
            var state = Wire.Codec.NewConnectionState(origin);
            if (random.Next(2) == 0) Wire.Decode(bytes[..random.Next(bytes.Length + 1)], origin, out _, state);
            var decoded = Wire.Decode(bytes, origin, out var frame, state);
            counts[(int)decoded.Status]++;
            if (decoded.Status == DecodeStatus.NeedMore) Assert.True(decoded.Needed > bytes.Length);
            if (decoded.Status >= DecodeStatus.NotThisProtocol) Assert.NotNull(decoded.Reason);
            if (decoded.Status == DecodeStatus.Complete) Use(bytes, frame, origin, mutation);
        }

        // The damage is such that each answer is tried often.
        Assert.All(counts, count => Assert.InRange(count, 1000, 40_000));
    }

    private static void Use(byte[] bytes, in Frame frame, Origin origin, Mutation mutation)
    {
        Assert.InRange(frame.Length, 1, bytes.Length);
        var message = bytes[..frame.Length];
        var keys = new AttributeKeys(["method", "service", "message_type", "transport", "protocol", "user"]);
        var values = new AttributeValues();
        values.Reset(keys);
        var readable = Wire.Codec.Bind(keys, origin).Read(message, frame, values);
        for (var slot = 0; slot < keys.Count; slot++) _ = values.Get(slot, message).Length;

        foreach (var change in (Mutation[])[Mutation.None, mutation])
        {
            if (Wire.Rewrite(message, frame, 77, change) is not { } rewritten) continue;
            var again = Wire.Whole(rewritten, origin, frame.Memo);
            Assert.Equal((77UL, frame.Kind, frame.Variant), (again.Id, again.Kind, again.Variant));
            if (readable && !change.IsEmpty) Assert.Equal("otto", Wire.Read(rewritten, again, "user"));
        }

        var patched = (byte[])message.Clone();
        if (Wire.Codec.TryPatchId(patched, frame, 78)) Assert.Equal(78UL, Wire.Whole(patched, origin, frame.Memo).Id);

        if (origin == Origin.Server || frame.Kind != MessageKind.Request) return;
        var output = new ArrayBufferWriter<byte>();
        var kept = message.AsSpan(frame.KeepOffset, Math.Min(frame.KeepLength, RequestInfo.MaxKept));
        var request = new RequestInfo { Id = frame.Id, Kind = frame.Kind, Variant = frame.Variant, Memo = frame.Memo, Kept = kept };
        Wire.Codec.WriteReply(request, ReplyReason.Timeout, "late"u8, output);
        Assert.Equal((frame.Id, AnswerStatus.Timeout), Answer(output.WrittenSpan.ToArray()));
    }

    private static (ulong, AnswerStatus) Answer(byte[] reply)
    {
        var frame = Wire.Whole(reply, Origin.Server);
        return (frame.Id, frame.Status);
    }

    private static byte[] Damage(byte[] golden, Random random)
    {
        var bytes = (byte[])golden.Clone();
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            // Mostly near the start, where the lengths are.
            var at = random.Next(random.Next(2) == 0 ? Math.Min(48, bytes.Length) : bytes.Length);
            bytes[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(bytes[at] ^ (1 << random.Next(8))),
                _ => (byte)(random.Next(2) == 0 ? 0xff : 0),
            };
        }

        return random.Next(4) switch
        {
            0 => bytes[..random.Next(1, bytes.Length + 1)],
            1 => [.. bytes, .. golden],
            _ => bytes,
        };
    }
}
