using System.Buffers;
using System.Text;
using Meltemi.Codec;
using Meltemi.Tests.Protocols.Dubbo.Support;
using static Meltemi.Tests.Protocols.Dubbo.Support.DubboMessages;

namespace Meltemi.Tests.Protocols.Dubbo;

public class DubboRepliesTests
{
    [Theory]
    [InlineData(ReplyReason.NoRoute, 60)]
    [InlineData(ReplyReason.NoCluster, 60)]
    [InlineData(ReplyReason.NoHealthyEndpoint, 80)]
    [InlineData(ReplyReason.ConnectFailure, 35)]
    [InlineData(ReplyReason.ConnectTimeout, 35)]
    [InlineData(ReplyReason.ConnectionClosed, 35)]
    [InlineData(ReplyReason.Timeout, 31)]
    [InlineData(ReplyReason.Overflow, 100)]
    [InlineData(ReplyReason.MalformedRequest, 40)]
    [InlineData(ReplyReason.MalformedResponse, 50)]
    [InlineData(ReplyReason.RateLimited, 100)]
    [InlineData(ReplyReason.Forbidden, 70)]
    [InlineData(ReplyReason.Fault, 80)]
    [InlineData(ReplyReason.Draining, 35)]
    [InlineData(ReplyReason.CannotRewrite, 80)]
    public void Each_reason_has_a_status_and_the_text_is_in_the_body(ReplyReason reason, int status)
    {
        var (reply, code) = Reply(Usual(), reason, "no route for com.example.Greeter");
        Assert.Equal((status, status), (code, reply[3]));
        Assert.Equal(0x02, reply[2]);
        Assert.Equal(7ul, Driver.Decode(reply, Origin.Server).Id);
        Assert.Equal(["no route for com.example.Greeter"], HessianValue.ReadAll(reply));
    }

    [Fact]
    public void Every_reason_is_in_the_table_and_none_looks_like_success()
    {
        foreach (var reason in Enum.GetValues<ReplyReason>())
            Assert.NotEqual(AnswerStatus.Ok, Driver.Decode(Reply(Usual(), reason, "x").Reply, Origin.Server).Status);
    }

    [Fact]
    public void Fastjson_requests_are_answered_in_fastjson()
    {
        var request = FastJson(0xc6, 0, "\"2.0.2\"");
        var reply = Reply(request, ReplyReason.NoRoute, "say \"no\"").Reply;
        Assert.Equal(0x06, reply[2]);
        Assert.Equal("\"say \\\"no\\\"\"\n", Encoding.UTF8.GetString(reply.AsSpan(16)));
    }

    [Fact]
    public void Other_serializations_are_answered_in_hessian() =>
        Assert.Equal(0x02, Reply(Frame(0xc8, 0, 7, 1), ReplyReason.NoRoute, "x").Reply[2]);

    [Fact]
    public void Long_and_broken_texts_are_written_too()
    {
        var text = new string('\u00fc', 70000) + "\ud83d";
        Assert.Equal([text[..^1] + "\ufffd"], HessianValue.ReadAll(Reply(Usual(), ReplyReason.Fault, text).Reply));
        Assert.Equal([""], HessianValue.ReadAll(Reply(Usual(), ReplyReason.Fault, "").Reply));
    }

    [Fact]
    public void Heartbeats_and_their_answers_are_what_Dubbo_expects()
    {
        var output = new ArrayBufferWriter<byte>();
        Driver.Codec.WriteHeartbeat(5, 0, output);
        var heartbeat = output.WrittenSpan.ToArray();
        Assert.Equal("DABBE2000000000000000005000000014E", Convert.ToHexString(heartbeat));
        output.ResetWrittenCount();
        Driver.Codec.WriteHeartbeatAnswer(heartbeat, Driver.Decode(heartbeat), output);
        Assert.Equal("DABB22140000000000000005000000024E4E", Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(MessageKind.HeartbeatAnswer, Driver.Decode(output.WrittenSpan.ToArray(), Origin.Server).Kind);
    }

    [Theory]
    [InlineData(0xa2, "4e", "")]
    [InlineData(0xe6, "6e756c6c0a", "DABB261400000000000000070000000A6E756C6C0A6E756C6C0A")]
    [InlineData(0xe8, "00", "DABB281400000000000000070000000100")]
    public void Heartbeats_are_answered_in_their_own_serialization_if_they_want_it(byte flags, string body, string expected)
    {
        var heartbeat = Frame(flags, 0, 7, Convert.FromHexString(body));
        var output = new ArrayBufferWriter<byte>();
        Driver.Codec.WriteHeartbeatAnswer(heartbeat, Driver.Decode(heartbeat), output);
        Assert.Equal(expected, Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void The_go_away_is_a_read_only_event()
    {
        var output = new ArrayBufferWriter<byte>();
        Driver.Codec.WriteGoAway(0, output);
        Assert.Equal("DABBA2000000000000000000000000020152", Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(MessageKind.GoAway, Driver.Decode(output.WrittenSpan.ToArray(), Origin.Server).Kind);
    }

    private static (byte[] Reply, int Code) Reply(byte[] request, ReplyReason reason, string text)
    {
        var frame = Driver.Decode(request);
        var output = new ArrayBufferWriter<byte>();
        var info = new RequestInfo { Id = frame.Id, Memo = frame.Memo };
        var utf8 = text.EndsWith('\ud83d') ? [.. Driver.Bytes(text[..^1]), 0xff] : Driver.Bytes(text);
        var code = Driver.Codec.WriteReply(info, reason, utf8, output);
        return (output.WrittenSpan.ToArray(), code);
    }
}
