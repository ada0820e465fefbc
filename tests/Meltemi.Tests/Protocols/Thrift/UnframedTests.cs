using Meltemi.Codec;
using Meltemi.Protocols.Thrift;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Messages whose end is found by stepping over their values.</summary>
public class UnframedTests
{
    public static TheoryData<bool> Protocols => [false, true];

    [Theory, MemberData(nameof(Protocols))]
    public void Random_values_of_every_type_end_where_they_end(bool compact)
    {
        for (var seed = 1; seed <= 2000; seed++)
        {
            var call = TestValues.Call(seed, compact);
            var decoded = Wire.Decode([.. call, 0xff, 0xff], Origin.Client, out var frame);
            Assert.Equal((seed, DecodeStatus.Complete, call.Length), (seed, decoded.Status, frame.Length));
            Assert.Equal((ulong)seed, frame.Id);
        }
    }

    [Theory, MemberData(nameof(Protocols))]
    public void Random_values_are_found_in_the_steps_that_the_codec_asks_for(bool compact)
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var call = TestValues.Call(seed, compact);
            var state = Wire.Codec.NewConnectionState(Origin.Client);
            for (var length = 0; ;)
            {
                var decoded = Wire.Decode(call[..length], Origin.Client, out var frame, state);
                if (decoded.Status == DecodeStatus.Complete)
                {
                    Assert.Equal(call.Length, frame.Length);
                    break;
                }

                Assert.Equal((DecodeStatus.NeedMore, null), (decoded.Status, decoded.Reason));
                Assert.InRange(decoded.Needed, length + 1, call.Length);
                length = decoded.Needed;
            }
        }
    }

    // Reading it anew for each byte would take about 10^11 steps.
    [Theory, MemberData(nameof(Protocols))]
    public void A_large_message_that_trickles_in_is_read_once(bool compact)
    {
        var number = 0;
        var writer = new TestWriter(compact).Call().Field(TestType.List, ref number, 1).List(TestType.String, 100_000);
        for (var i = 0; i < 100_000; i++) writer.String("x");
        var call = writer.Stop().ToArray();
        var state = Wire.Codec.NewConnectionState(Origin.Client);
        var frame = default(Frame);
        for (var length = 1; length < call.Length; length++)
        {
            Assert.Equal(DecodeStatus.NeedMore, Wire.Codec.Decode(call.AsSpan(0, length), Origin.Client, state, ref frame).Status);
        }

        Assert.Equal(DecodeStatus.Complete, Wire.Codec.Decode(call, Origin.Client, state, ref frame).Status);
        Assert.Equal(call.Length, frame.Length);
    }

    [Theory, MemberData(nameof(Protocols))]
    public void Values_nest_up_to_the_limit(bool compact)
    {
        Assert.Equal(DecodeStatus.Complete, Wire.Decode(Nested(compact, 63), Origin.Client, out _).Status);
        Assert.Equal(DecodeStatus.Malformed, Wire.Decode(Nested(compact, 64), Origin.Client, out _).Status);
        Assert.Equal(DecodeStatus.Malformed, Wire.Decode(Nested(compact, 100_000), Origin.Client, out _).Status);
    }

    [Theory, MemberData(nameof(Protocols))]
    public void Containers_that_cannot_fit_are_refused_at_once(bool compact)
    {
        var codec = new ThriftCodecFactory().Create(new() { MaxFrameBytes = 1000 });
        Assert.Equal(DecodeStatus.NeedMore, Status(codec, Container(compact, w => w.List(TestType.String, 800))));
        Assert.Equal(DecodeStatus.Malformed, Status(codec, Container(compact, w => w.List(TestType.String, 1000))));
        Assert.Equal(DecodeStatus.Malformed, Status(codec, Container(compact, w => w.List(TestType.Double, 200))));
        Assert.Equal(DecodeStatus.Malformed, Status(codec, Container(compact, w => w.List(TestType.Struct, int.MaxValue))));
        Assert.Equal(DecodeStatus.Malformed, Status(codec, Container(compact, w => w.List(TestType.Uuid, int.MaxValue))));

        var number = 0;
        var text = new TestWriter(compact).Call().Field(TestType.String, ref number, 1);
        Assert.Equal(DecodeStatus.Malformed, Status(codec, text.String(new string('x', 1000)).ToArray()[..40]));
    }

    [Fact]
    public void Negative_lengths_and_unknown_types_are_refused()
    {
        byte[][] bodies =
        [
            [11, 0, 1, 0xff, 0xff, 0xff, 0xff], // string
            [15, 0, 1, 8, 0x80, 0, 0, 0], // list
            [13, 0, 1, 8, 8, 0xff, 0xff, 0xff, 0xfe], // map
            [5, 0, 1], [1, 0, 1], [17, 0, 1], [255, 0, 1],
            [15, 0, 1, 9, 0, 0, 0, 1],
        ];
        foreach (var body in bodies)
        {
            var call = new TestWriter(false).Call().Raw(body).ToArray();
            Assert.Equal(DecodeStatus.Malformed, Wire.Decode(call, Origin.Client, out _).Status);
        }

        bodies =
        [
            [0x18, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x18, 0xff, 0xff, 0xff, 0xff, 0x1f],
            [0x1e], [0x1f], [0x19, 0x1e], [0x16, .. Enumerable.Repeat((byte)0x80, 10)],
        ];
        foreach (var body in bodies)
        {
            var call = new TestWriter(true).Call().Raw(body).ToArray();
            Assert.Equal(DecodeStatus.Malformed, Wire.Decode(call, Origin.Client, out _).Status);
        }
    }

    [Fact]
    public void Empty_containers_may_leave_their_types_open()
    {
        Wire.Whole(new TestWriter(false).Call().Raw(15, 0, 1, 0, 0, 0, 0, 0, 13, 0, 2, 0, 0, 0, 0, 0, 0, 0).ToArray(), Origin.Client);
        Wire.Whole(new TestWriter(true).Call().Raw(0x19, 0x00, 0x1b, 0x00, 0).ToArray(), Origin.Client);
    }

    [Fact]
    public void Type_13_of_compact_is_a_uuid_or_in_version_2_a_float()
    {
        byte[] uuid = [0x82, 0x21, 0, 1, (byte)'m', 0x1d, .. new byte[16], 0];
        byte[] number = [0x82, 0x22, 0, 1, (byte)'m', 0x1d, .. new byte[4], 0];
        Wire.Whole(uuid, Origin.Client);
        Wire.Whole(number, Origin.Client);
    }

    [Fact]
    public void A_message_over_the_limit_is_refused()
    {
        var codec = new ThriftCodecFactory().Create(new() { MaxFrameBytes = 100 });
        var number = 0;
        var writer = new TestWriter(false).Call();
        for (var i = 0; i < 20; i++) writer.Field(TestType.I64, ref number, 1).I64(i);
        Assert.Equal(DecodeStatus.Malformed, Status(codec, writer.Stop().ToArray()));
    }

    private static byte[] Nested(bool compact, int depth)
    {
        var writer = new TestWriter(compact).Call();
        for (var i = 0; i < depth; i++)
        {
            var number = 0;
            writer.Field(TestType.Struct, ref number, 1);
        }

        return writer.Raw(new byte[depth + 1]).ToArray();
    }

    private static byte[] Container(bool compact, Func<TestWriter, TestWriter> write)
    {
        var number = 0;
        return write(new TestWriter(compact).Call().Field(TestType.List, ref number, 1)).ToArray();
    }

    private static DecodeStatus Status(ICodec codec, byte[] bytes)
    {
        var frame = default(Frame);
        return codec.Decode(bytes, Origin.Client, codec.NewConnectionState(Origin.Client), ref frame).Status;
    }
}
