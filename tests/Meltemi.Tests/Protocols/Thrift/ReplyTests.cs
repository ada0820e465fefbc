using System.Buffers;
using System.Text;
using Meltemi.Codec;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Answers of the proxy itself.</summary>
public class ReplyTests
{
    public static TheoryData<string> Calls => Wire.Names(name => name.EndsWith("Call", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Calls))]
    public void Speak_the_dialect_of_the_call_with_its_id_and_bare_method(string name)
    {
        var call = Wire.Golden[name];
        var frame = Wire.Whole(call, Origin.Client);
        var reply = Write(call, frame, ReplyReason.NoHealthyEndpoint, "no endpoint of «cart»", out var code);
        var answer = Wire.Whole(reply, Origin.Server);

        Assert.Equal((MessageKind.Response, AnswerStatus.ServerError, 6), (answer.Kind, answer.Status, answer.Code));
        Assert.Equal(6, code);
        Assert.Equal(frame.Id, answer.Id);
        Assert.Equal(frame.Variant, answer.Variant);
        var method = name switch
        {
            "Zlib_Binary_Call" => "",
            _ when name.EndsWith("MultiplexedCall", StringComparison.Ordinal) => "buy",
            _ => "echo",
        };
        Assert.Equal($"exception {method}", Wire.Read(reply, answer, "message_type", "method"));
        Assert.Contains("no endpoint of «cart»", Encoding.UTF8.GetString(reply));
    }

    [Fact]
    public void Are_what_the_python_library_writes()
    {
        string[] dialects = ["Framed_Binary", "Framed_BinaryOld", "Framed_Compact", "Unframed_Binary", "Header_Binary", "Header_Compact"];
        foreach (var dialect in dialects)
        {
            var call = Wire.Golden[$"{dialect}_Call"];
            var reply = Write(call, Wire.Whole(call, Origin.Client), ReplyReason.Fault, "broken", out _);
            Assert.Equal(Convert.ToHexString(Wire.Golden[$"{dialect}_Exception"]), Convert.ToHexString(reply));
        }
    }

    [Theory]
    [InlineData(ReplyReason.NoRoute, 1, AnswerStatus.ClientError)]
    [InlineData(ReplyReason.NoCluster, 6, AnswerStatus.ServerError)]
    [InlineData(ReplyReason.MalformedRequest, 7, AnswerStatus.ClientError)]
    [InlineData(ReplyReason.RateLimited, 11, AnswerStatus.Overloaded)]
    [InlineData(ReplyReason.Overflow, 11, AnswerStatus.Overloaded)]
    [InlineData(ReplyReason.Draining, 11, AnswerStatus.Overloaded)]
    [InlineData(ReplyReason.Timeout, 12, AnswerStatus.Timeout)]
    [InlineData(ReplyReason.Forbidden, 6, AnswerStatus.ServerError)]
    public void Carry_a_type_that_fits_the_reason(ReplyReason reason, int type, AnswerStatus status)
    {
        var call = Wire.Golden["Framed_Compact_Call"];
        var reply = Write(call, Wire.Whole(call, Origin.Client), reason, "", out var code);
        var answer = Wire.Whole(reply, Origin.Server);
        Assert.Equal((type, type, status), (code, answer.Code, answer.Status));
    }

    [Fact]
    public void Are_not_written_to_one_way_calls()
    {
        var call = Wire.Golden["Framed_Binary_OneWay"];
        Assert.Empty(Write(call, Wire.Whole(call, Origin.Client), ReplyReason.NoRoute, "x", out _));
    }

    private static byte[] Write(byte[] call, Frame frame, ReplyReason reason, string text, out int code)
    {
        var request = new RequestInfo
        {
            Id = frame.Id,
            Kind = frame.Kind,
            Variant = frame.Variant,
            Memo = frame.Memo,
            Kept = call.AsSpan(frame.KeepOffset, frame.KeepLength),
        };
        var output = new ArrayBufferWriter<byte>();
        code = Wire.Codec.WriteReply(request, reason, Encoding.UTF8.GetBytes(text), output);
        return output.WrittenSpan.ToArray();
    }
}
