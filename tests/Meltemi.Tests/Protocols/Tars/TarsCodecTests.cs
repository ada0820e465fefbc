using Meltemi.Codec;
using Meltemi.Protocols.Tars;
using Meltemi.Tests.Protocols.Support;
using static Meltemi.Tests.Protocols.Support.CodecDriver;

namespace Meltemi.Tests.Protocols.Tars;

public class TarsCodecTests
{
    private static readonly CodecDriver Driver = new(new TarsCodec(new CodecOptions()));

    [Fact]
    public void A_number_is_patched_where_it_takes_as_many_bytes_and_else_the_packet_is_rewritten()
    {
        Assert.True(Patch(GoldenFrames.Request, 99));
        Assert.False(Patch(GoldenFrames.Request, 300));
        Assert.True(Patch(GoldenFrames.RequestShort, 301));
        Assert.Equal(GoldenFrames.RequestShort.Length, Driver.Rewrite(GoldenFrames.RequestZero, Mutation.None, 300)!.Length);

        static bool Patch(byte[] message, ulong id)
        {
            var patched = message.ToArray();
            var done = Driver.Codec.TryPatchId(patched, Driver.Decode(message), id);
            Assert.Equal(done ? id : Driver.Decode(message).Id, Driver.Decode(patched).Id);
            return done;
        }
    }

    [Fact]
    public void A_pair_of_the_context_cannot_pretend_to_be_the_function_or_a_status()
    {
        // The context's key is as long as the one that it becomes.
        foreach (var (key, forged) in new[] { ("user", "func"), ("caller", "method"), ("caller", "status") })
        {
            var message = Replace(GoldenFrames.Request, key, forged);
            Assert.Equal(["greet", "greet", "Demo.Greeter.GreeterObj", "request"], Driver.Read(message, "func", "method", "service", "kind"));
        }
    }

    [Fact]
    public void Only_pairs_servant_and_function_can_be_set()
    {
        foreach (var name in new[] { "service", "method", "kind", "version", "message_type", "timeout" })
            Assert.Null(Driver.Rewrite(GoldenFrames.Request, Set((name, "1"))));
        var noServant = new Mutation();
        noServant.Remove(Utf8("servant"));
        Assert.Null(Driver.Rewrite(GoldenFrames.Request, noServant));
        foreach (var name in new[] { "ret", "desc", "kind", "version" })
            Assert.Null(Driver.Rewrite(GoldenFrames.Value, Set((name, "1")), origin: Origin.Server));
    }

    [Fact]
    public void The_text_of_an_error_is_an_attribute() =>
        Assert.Equal(["-3", "no such function"], Driver.Read(GoldenFrames.NoFunction, Origin.Server, "ret", "desc"));

    [Fact]
    public void What_a_server_sends_under_number_0_is_a_push()
    {
        var message = Driver.Rewrite(GoldenFrames.Value, Mutation.None, 0, Origin.Server)!;
        Assert.Equal(MessageKind.ServerPush, Driver.Decode(message, Origin.Server).Kind);
    }

    [Theory]
    [InlineData(ReplyReason.NoRoute, -4)]
    [InlineData(ReplyReason.NoCluster, -4)]
    [InlineData(ReplyReason.NoHealthyEndpoint, -10)]
    [InlineData(ReplyReason.ConnectFailure, -8)]
    [InlineData(ReplyReason.ConnectTimeout, -8)]
    [InlineData(ReplyReason.ConnectionClosed, -8)]
    [InlineData(ReplyReason.Timeout, -7)]
    [InlineData(ReplyReason.Overflow, -9)]
    [InlineData(ReplyReason.MalformedRequest, -1)]
    [InlineData(ReplyReason.MalformedResponse, -12)]
    [InlineData(ReplyReason.RateLimited, -9)]
    [InlineData(ReplyReason.Forbidden, -99)]
    [InlineData(ReplyReason.Fault, -99)]
    [InlineData(ReplyReason.Draining, -8)]
    [InlineData(ReplyReason.CannotRewrite, -2)]
    public void Each_reason_has_a_return_code_in_every_kind_of_packet(ReplyReason reason, int code)
    {
        foreach (var request in new[] { GoldenFrames.Request, GoldenFrames.TupRequest, GoldenFrames.TupComplexRequest })
        {
            var (reply, returned) = Driver.Reply(request, reason, "why");
            Assert.Equal((code, code), (returned, Driver.Decode(reply, Origin.Server).Code));
        }
    }

    [Fact]
    public void Errors_are_what_a_server_writes()
    {
        Assert.Equal(
            Convert.ToHexString(GoldenFrames.TupError), Convert.ToHexString(Driver.Reply(GoldenFrames.TupComplexRequest, ReplyReason.NoRoute, "no such servant").Reply));
        Assert.Equal(
            Convert.ToHexString(GoldenFrames.Overload), Convert.ToHexString(Driver.Reply(GoldenFrames.Request, ReplyReason.Overflow, "").Reply));
    }

    [Theory]
    [InlineData(0, AnswerStatus.Ok)]
    [InlineData(7, AnswerStatus.ApplicationError)]
    [InlineData(-1, AnswerStatus.ClientError)]
    [InlineData(-2, AnswerStatus.ServerError)]
    [InlineData(-3, AnswerStatus.ClientError)]
    [InlineData(-4, AnswerStatus.ClientError)]
    [InlineData(-5, AnswerStatus.ServerError)]
    [InlineData(-6, AnswerStatus.Overloaded)]
    [InlineData(-7, AnswerStatus.Timeout)]
    [InlineData(-8, AnswerStatus.ServerError)]
    [InlineData(-9, AnswerStatus.Overloaded)]
    [InlineData(-10, AnswerStatus.ServerError)]
    [InlineData(-11, AnswerStatus.ClientError)]
    [InlineData(-12, AnswerStatus.ServerError)]
    [InlineData(-99, AnswerStatus.ServerError)]
    public void Each_return_code_has_a_meaning(int code, AnswerStatus expected)
    {
        // The code stands in one byte behind its head.
        var message = GoldenFrames.Overload.ToArray();
        message[Array.IndexOf(message, unchecked((byte)-9))] = (byte)code;
        var frame = Driver.Decode(message, Origin.Server);
        Assert.Equal((code, expected), (frame.Code, frame.Status));
    }

    private static byte[] Replace(byte[] message, string old, string value)
    {
        Assert.Equal(old.Length, value.Length);
        var replaced = message.ToArray();
        var at = replaced.AsSpan().IndexOf([(byte)old.Length, .. Utf8(old)]);
        Utf8(value).CopyTo(replaced.AsSpan(at + 1));
        return replaced;
    }
}
