using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;
using Meltemi.Tests.Protocols.Dubbo.Support;
using static Meltemi.Tests.Protocols.Dubbo.Support.DubboMessages;

namespace Meltemi.Tests.Protocols.Dubbo;

public class DubboDecoderTests
{
    [Fact]
    public void Every_prefix_of_a_message_asks_for_more_and_then_it_is_complete()
    {
        var message = Usual();
        for (var length = 0; length < message.Length; length++)
        {
            var frame = new Frame();
            var decoded = Driver.Codec.Decode(message.AsSpan(0, length), Origin.Client, null, ref frame);
            Assert.Equal(DecodeStatus.NeedMore, decoded.Status);
            Assert.Equal(length < 16 ? 16 : message.Length, decoded.Needed);
        }

        Assert.Equal(7ul, Driver.Decode(message).Id);
    }

    [Fact]
    public void Only_the_first_of_several_messages_is_taken()
    {
        var first = Usual();
        var frame = new Frame();
        Assert.Equal(DecodeStatus.Complete, Driver.Codec.Decode([.. first, .. Usual(), 0xda], Origin.Client, null, ref frame).Status);
        Assert.Equal(first.Length, frame.Length);
    }

    [Fact]
    public void Other_magic_is_not_this_protocol()
    {
        var frame = new Frame();
        Assert.Equal(DecodeStatus.NotThisProtocol, Driver.Codec.Decode("GET / HTTP/1.1\r\n\r\n"u8, Origin.Client, null, ref frame).Status);
        Assert.Equal(DecodeStatus.NotThisProtocol, Driver.Codec.Decode([0xda, 0xbc], Origin.Client, null, ref frame).Status);
    }

    [Theory]
    [InlineData(0x7fffffffu)]
    [InlineData(0x80000000u)]
    [InlineData(0xffffffffu)]
    [InlineData(8 * 1024 * 1024 - 15u)]
    public void A_length_over_the_limit_is_malformed_before_the_body_is_there(uint length)
    {
        var header = Frame(0xc2, 0, 1);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), length);
        var frame = new Frame();
        Assert.Equal(DecodeStatus.Malformed, Driver.Codec.Decode(header, Origin.Client, null, ref frame).Status);
    }

    [Fact]
    public void The_largest_allowed_message_is_accepted()
    {
        var header = Frame(0xc2, 0, 1);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), 8 * 1024 * 1024 - 16);
        var frame = new Frame();
        var decoded = Driver.Codec.Decode(header, Origin.Client, null, ref frame);
        Assert.Equal((DecodeStatus.NeedMore, 8 * 1024 * 1024), (decoded.Status, decoded.Needed));
    }

    [Theory]
    [InlineData(0xc2, "054e", Origin.Client, MessageKind.Request)]
    [InlineData(0x82, "054e", Origin.Client, MessageKind.OneWay)]
    [InlineData(0xc2, "054e", Origin.Server, MessageKind.ServerPush)]
    [InlineData(0xe2, "4e", Origin.Client, MessageKind.Heartbeat)]
    [InlineData(0xe2, "4e", Origin.Server, MessageKind.Heartbeat)]
    [InlineData(0xe2, "", Origin.Client, MessageKind.Heartbeat)]
    [InlineData(0xa2, "0152", Origin.Server, MessageKind.GoAway)]
    [InlineData(0xa2, "0157", Origin.Server, MessageKind.Heartbeat)]
    [InlineData(0xa6, "2252220a", Origin.Server, MessageKind.GoAway)]
    [InlineData(0xa8, "038252", Origin.Server, MessageKind.GoAway)]
    [InlineData(0xe8, "00", Origin.Server, MessageKind.Heartbeat)]
    [InlineData(0xe6, "6e756c6c0a", Origin.Client, MessageKind.Heartbeat)]
    [InlineData(0x22, "4e", Origin.Server, MessageKind.HeartbeatAnswer)]
    [InlineData(0x22, "4e4e", Origin.Client, MessageKind.HeartbeatAnswer)]
    [InlineData(0x02, "92", Origin.Server, MessageKind.Response)]
    public void Flags_and_events_tell_the_kind(byte flags, string body, Origin origin, MessageKind kind) =>
        Assert.Equal(kind, Driver.Decode(Frame(flags, 20, 5, Convert.FromHexString(body)), origin).Kind);

    [Theory]
    [InlineData(20, AnswerStatus.Ok)]
    [InlineData(30, AnswerStatus.Timeout)]
    [InlineData(31, AnswerStatus.Timeout)]
    [InlineData(35, AnswerStatus.ServerError)]
    [InlineData(40, AnswerStatus.ClientError)]
    [InlineData(50, AnswerStatus.ServerError)]
    [InlineData(60, AnswerStatus.ClientError)]
    [InlineData(70, AnswerStatus.ServerError)]
    [InlineData(80, AnswerStatus.ServerError)]
    [InlineData(90, AnswerStatus.ClientError)]
    [InlineData(100, AnswerStatus.Overloaded)]
    [InlineData(0, AnswerStatus.ServerError)]
    [InlineData(255, AnswerStatus.ServerError)]
    public void Statuses_are_mapped_and_kept(byte status, AnswerStatus expected)
    {
        var frame = Driver.Decode(Answer(new HessianWriter().Int(1).Text("x"), status: status), Origin.Server);
        Assert.Equal((expected, (int)status), (frame.Status, frame.Code));
    }

    [Theory]
    [InlineData("90", AnswerStatus.ApplicationError)]
    [InlineData("93", AnswerStatus.ApplicationError)]
    [InlineData("c800", AnswerStatus.ApplicationError)]
    [InlineData("4900000003", AnswerStatus.ApplicationError)]
    [InlineData("91", AnswerStatus.Ok)]
    [InlineData("92", AnswerStatus.Ok)]
    [InlineData("94", AnswerStatus.Ok)]
    [InlineData("95", AnswerStatus.Ok)]
    [InlineData("4e", AnswerStatus.Ok)]
    [InlineData("", AnswerStatus.Ok)]
    [InlineData("49", AnswerStatus.Ok)]
    public void The_result_type_tells_exceptions(string body, AnswerStatus expected) =>
        Assert.Equal(expected, Driver.Decode(Frame(0x02, 20, 1, Convert.FromHexString(body)), Origin.Server).Status);

    [Theory]
    [InlineData("0", AnswerStatus.ApplicationError)]
    [InlineData("3", AnswerStatus.ApplicationError)]
    [InlineData("4", AnswerStatus.Ok)]
    [InlineData("null", AnswerStatus.Ok)]
    public void The_result_type_tells_exceptions_in_fastjson(string type, AnswerStatus expected) =>
        Assert.Equal(expected, Driver.Decode(FastJson(0x06, 20, type, "{}"), Origin.Server).Status);

    [Fact]
    public void The_factory_knows_the_names_of_Aeraki()
    {
        var registry = new CodecRegistry().Add(new DubboCodecFactory());
        foreach (var name in new[] { "dubbo", "aeraki.meta_protocol.codec.dubbo", "meltemi.codec.dubbo" })
            Assert.Equal("dubbo", registry.Find(name)!.Create(new CodecOptions()).Info.Name);
    }
}
