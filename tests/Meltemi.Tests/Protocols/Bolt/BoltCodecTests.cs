using System.Buffers.Binary;
using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols.Bolt;
using Meltemi.Tests.Protocols.Support;
using static Meltemi.Tests.Protocols.Support.CodecDriver;

namespace Meltemi.Tests.Protocols.Bolt;

public class BoltCodecTests
{
    private static readonly CodecDriver Driver = new(new BoltCodec(new CodecOptions()));

    [Fact]
    public void A_request_whose_header_does_not_name_the_method_has_that_of_its_content()
    {
        foreach (var message in new[] { GoldenFrames.Request, GoldenFrames.NewHessianRequest, GoldenFrames.V2Request })
            Assert.Equal(["greet", "com.example.Greeter:1.0"], Driver.Read(message, "method", "service"));
    }

    [Fact]
    public void The_target_service_is_the_service_where_no_other_is_named()
    {
        var message = BoltSamples.Message(1, 1, 0, [("sofa_head_target_service", "a:1.0"), ("sofa_head_method_name", "go")]);
        Assert.Equal(["a:1.0", "a", "go", "a:1.0"], Driver.Read(message, "service", "interface", "method", "sofa_head_target_service"));
        Assert.Equal(["a"], Driver.Read(message, "interface"));
    }

    [Fact]
    public void The_service_can_be_set_and_its_interface_follows()
    {
        var rewritten = Driver.Rewrite(GoldenFrames.ProtobufRequest, Set(("service", "com.example.Other:2.0:red")))!;
        Assert.Equal(["com.example.Other:2.0:red", "com.example.Other"], Driver.Read(rewritten, "service", "interface"));
        Assert.Equal(["com.example.Greeter:1.0", "com.example.Greeter"], Driver.Read(GoldenFrames.Request, "service", "interface"));
    }

    [Fact]
    public void A_pair_cannot_pretend_to_be_the_method_the_caller_or_the_kind()
    {
        var message = BoltSamples.Message(1, 1, 0, [("method", "admin"), ("caller", "root"), ("kind", "oneway"), ("class", "x"), ("timeout", "1")]);
        Assert.Equal([null, null, "request", null, null], Driver.Read(message, "method", "caller", "kind", "class", "timeout"));
    }

    [Fact]
    public void Only_pairs_can_be_set()
    {
        foreach (var name in new[] { "method", "caller", "kind", "interface", "class", "codec", "version", "timeout", "status" })
            Assert.Null(Driver.Rewrite(GoldenFrames.ProtobufRequest, Set((name, "1"))));
    }

    [Fact]
    public void A_header_that_outgrows_what_readers_of_signed_lengths_can_read_is_refused()
    {
        Assert.NotNull(Driver.Rewrite(GoldenFrames.ProtobufRequest, Set(("user", new string('x', 32_000)))));
        Assert.Null(Driver.Rewrite(GoldenFrames.ProtobufRequest, Set(("user", new string('x', 33_000)))));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(30)]
    [InlineData(-1)]
    [InlineData(-5)]
    public void A_message_that_does_not_fit_its_CRC_is_malformed(int at)
    {
        var message = GoldenFrames.V2CrcRequest.ToArray();
        message[at < 0 ? message.Length + at : at] ^= 1;
        var decoded = Driver.Try(message);
        Assert.Equal((DecodeStatus.Malformed, "bolt: the CRC is wrong"), (decoded.Status, decoded.Reason));
    }

    [Fact]
    public void A_message_of_version_1_in_the_second_protocol_has_no_CRC_whatever_its_switch_says()
    {
        var message = GoldenFrames.V2Request.ToArray();
        message[1] = 1;
        message[11] = 1;
        Assert.Equal(2, Driver.Decode(message).Variant);
    }

    [Theory]
    [InlineData(ReplyReason.NoRoute, 2)]
    [InlineData(ReplyReason.NoCluster, 2)]
    [InlineData(ReplyReason.NoHealthyEndpoint, 2)]
    [InlineData(ReplyReason.ConnectFailure, 16)]
    [InlineData(ReplyReason.ConnectTimeout, 16)]
    [InlineData(ReplyReason.ConnectionClosed, 16)]
    [InlineData(ReplyReason.Timeout, 7)]
    [InlineData(ReplyReason.Overflow, 4)]
    [InlineData(ReplyReason.MalformedRequest, 18)]
    [InlineData(ReplyReason.MalformedResponse, 9)]
    [InlineData(ReplyReason.RateLimited, 4)]
    [InlineData(ReplyReason.Forbidden, 2)]
    [InlineData(ReplyReason.Fault, 2)]
    [InlineData(ReplyReason.Draining, 16)]
    [InlineData(ReplyReason.CannotRewrite, 17)]
    public void Each_reason_has_a_status(ReplyReason reason, int status)
    {
        var (reply, code) = Driver.Reply(GoldenFrames.V2CrcRequest, reason, "no route");
        Assert.Equal((status, status), (code, Driver.Decode(reply, Origin.Server).Code));
    }

    [Theory]
    [InlineData("0000", AnswerStatus.Ok)]
    [InlineData("0001", AnswerStatus.ServerError)]
    [InlineData("0002", AnswerStatus.ServerError)]
    [InlineData("0003", AnswerStatus.ServerError)]
    [InlineData("0004", AnswerStatus.Overloaded)]
    [InlineData("0005", AnswerStatus.ServerError)]
    [InlineData("0006", AnswerStatus.ClientError)]
    [InlineData("0007", AnswerStatus.Timeout)]
    [InlineData("0008", AnswerStatus.ServerError)]
    [InlineData("0009", AnswerStatus.ServerError)]
    [InlineData("0010", AnswerStatus.ServerError)]
    [InlineData("0011", AnswerStatus.ServerError)]
    [InlineData("0012", AnswerStatus.ClientError)]
    public void Each_status_has_a_meaning(string hex, AnswerStatus expected)
    {
        var status = BinaryPrimitives.ReadUInt16BigEndian(Convert.FromHexString(hex));
        Assert.Equal(expected, Driver.Decode(BoltSamples.Message(0, 2, status, []), Origin.Server).Status);
    }

    [Fact]
    public void Errors_are_coded_as_the_request_is()
    {
        Assert.Equal((byte)'O', FirstOfContent(GoldenFrames.Request));
        Assert.Equal((byte)'C', FirstOfContent(GoldenFrames.NewHessianRequest));
        Assert.Equal((byte)'t', FirstOfContent(GoldenFrames.ProtobufRequest));

        static byte FirstOfContent(byte[] request)
        {
            var reply = Driver.Reply(request, ReplyReason.NoRoute, "text").Reply;
            var frame = Driver.Decode(reply, Origin.Server);
            return reply[frame.Mark0 + frame.Mark1];
        }
    }

    [Fact]
    public void Errors_in_Hessian_are_what_a_server_writes_but_for_the_length_of_the_text()
    {
        Same(GoldenFrames.Request, GoldenFrames.Exception);
        Same(GoldenFrames.NewHessianRequest, GoldenFrames.NewHessianException);

        static void Same(byte[] request, byte[] exception)
        {
            const string Text = "Error: no such greeting";
            var ours = Content(Driver.Reply(request, ReplyReason.NoRoute, Text).Reply);
            Assert.Equal(Content(exception), ours.Replace($"S\0{(char)Text.Length}{Text}", $"{(char)Text.Length}{Text}", StringComparison.Ordinal));
        }

        static string Content(byte[] answer)
        {
            var frame = Driver.Decode(answer, Origin.Server);
            return Encoding.Latin1.GetString(answer.AsSpan(frame.Mark0 + frame.Mark1));
        }
    }

    [Fact]
    public void Heartbeats_are_answered_in_their_own_dialect()
    {
        Assert.Equal(GoldenFrames.HeartbeatAnswer, Driver.HeartbeatAnswer(GoldenFrames.Heartbeat));
        Assert.Equal(GoldenFrames.V2CrcHeartbeatAnswer, Driver.HeartbeatAnswer(GoldenFrames.V2CrcHeartbeat));
        Assert.Equal("01010000010000000501FFFFFFFF0000000000000000", Convert.ToHexString(Driver.Heartbeat(5, 1)));
    }
}
