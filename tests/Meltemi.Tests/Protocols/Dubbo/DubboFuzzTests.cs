using System.Buffers;
using Meltemi.Codec;
using Meltemi.Tests.Protocols.Dubbo.Support;

namespace Meltemi.Tests.Protocols.Dubbo;

public class DubboFuzzTests
{
    private static readonly string[] Keys = [.. Driver.Codec.Info.Attributes, "user", "note", "zone", "absent"];

    private readonly AttributeKeys _keys = new(Keys);
    private readonly AttributeValues _values = new();
    private readonly ArrayBufferWriter<byte> _output = new(1 << 16);
    private readonly Mutation _mutation = Driver.Mutation(
        (ChangeKind.Set, "user", "bob"), (ChangeKind.Remove, "note", ""), (ChangeKind.Add, "x", "y"));

    /// <summary>The length of the body is kept right, so that the damage gets to the readers of bodies.</summary>
    [Fact]
    public void Fifty_thousand_damaged_bodies_are_taken_without_an_exception()
    {
        var random = new Random(20240607);
        var frames = DubboSamples.All.Select(sample => sample.Bytes).Where(bytes => bytes.Length is > 16 and < 20000).ToArray();
        var client = Driver.Codec.Bind(_keys, Origin.Client);
        var server = Driver.Codec.Bind(_keys, Origin.Server);
        var rewritten = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var message = Damage(frames[random.Next(frames.Length)], random);
            var origin = (message[2] & 0x80) != 0 ? Origin.Client : Origin.Server;
            var frame = new Frame { Memo = 2 | 0x20 };
            Assert.Equal(DecodeStatus.Complete, Driver.Codec.Decode(message, origin, null, ref frame).Status);
            var read = (origin == Origin.Client ? client : server).Read(message, frame, _values);
            if (read) foreach (var key in Keys) _ = _values.Get(_keys.IndexOf(key), message).Length;
            if (!Rewrite(message, frame)) continue;
            rewritten++;
            var again = new Frame();
            Assert.Equal(DecodeStatus.Complete, Driver.Codec.Decode(_output.WrittenSpan, origin, null, ref again).Status);
            Assert.Equal((_output.WrittenCount, frame.Kind), (again.Length, again.Kind));
        }

        Assert.InRange(rewritten, 1_000, 49_000);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_message()
    {
        var message = GoldenFrames.ApacheRequest.ToArray();
        var every = EveryHessianForm.Request();
        var reader = Driver.Codec.Bind(_keys, Origin.Client);
        for (var i = 0; i < 300; i++) Work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int Rounds = 1000;
        for (var i = 0; i < Rounds; i++) Work();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds - 1);

        void Work()
        {
            foreach (var bytes in (ReadOnlySpan<byte[]>)[message, every])
            {
                var frame = default(Frame);
                Driver.Codec.Decode(bytes, Origin.Client, null, ref frame);
                reader.Read(bytes, frame, _values);
                Driver.Codec.TryPatchId(bytes, frame, 99);
                Rewrite(bytes, frame);
            }
        }
    }

    private bool Rewrite(byte[] message, in Frame frame)
    {
        _output.ResetWrittenCount();
        return Driver.Codec.Rewrite(message, frame, 5, _mutation, _output);
    }

    private static byte[] Damage(byte[] frame, Random random)
    {
        var body = frame[16..];
        for (var i = random.Next(1, 5); i > 0 && body.Length > 0; i--)
        {
            var at = random.Next(body.Length);
            switch (random.Next(5))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    body = body[..at];
                    break;
                case 3:
                    body = [.. body[..at], .. body[random.Next(at, body.Length)..]];
                    break;
                case 4:
                    body = [.. body[..at], .. body[random.Next(body.Length)..]];
                    break;
            }
        }

        return DubboMessages.Frame(frame[2], frame[3], 7, body);
    }
}
