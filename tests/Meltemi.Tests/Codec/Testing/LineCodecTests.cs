using System.Buffers;
using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Codec.Testing;

/// <summary>The kit does justice to protocols with connection state, ordered answers and memos.</summary>
public class LineCodecTests : ConformanceTests
{
    private static readonly Sample Hello = Client("hello", "HELLO ann\n") with { Flags = FrameFlags.ChangesConnection };

    private static readonly Sample Get = Client("get", "GET a\n") with
    {
        After = [Hello],
        Attributes = new() { ["verb"] = "GET", ["key"] = "a" },
    };

    private static readonly Sample Stat = Client("stat", "STAT a\n") with { After = [Hello], Attributes = new() { ["verb"] = "STAT" } };

    protected override ICodec Codec { get; } = new LineCodec();

    protected override IReadOnlyList<Sample> Samples { get; } =
    [
        Hello,
        Get,
        Stat,
        Client("early heartbeat", "PING\n") with { Kind = MessageKind.Heartbeat },
        Client("heartbeat", "PING\n") with { Kind = MessageKind.Heartbeat, After = [Hello] },
        Server("one line", "1\n", Get) with { Status = AnswerStatus.Ok },
        Server("two lines", "size 1\nage 2\n", Stat),
        Server("error", "-no such key\n", Stat) with { Status = AnswerStatus.ServerError, Code = 1 },
    ];

    [Fact]
    public void An_answer_framed_without_its_question_is_caught() =>
        Caught(CodecConformance.DecodesWholeMessages, new WithoutMemo(), "sample 'two lines' (Server): Length is 7, expected 13");

    [Fact]
    public void State_that_moves_too_early_is_caught() =>
        Caught(CodecConformance.WaitsForMissingBytes, new Hasty(), "sample 'hello' (Client), after a try with less");

    [Fact]
    public void A_reply_whose_text_breaks_the_line_is_caught() =>
        Caught(CodecConformance.WritesReplies, new LineBreaker(), "is 42 bytes, but the first message in it 6");

    private void Caught(Action<ICodec, IReadOnlyList<Sample>, ConformanceOptions?> check, ICodec codec, string words)
    {
        var error = Assert.Throws<ConformanceException>(() => check(codec, Samples, Options));
        Assert.Equal(check.Method.Name, error.Check);
        Assert.True(error.Message.Contains(words, StringComparison.Ordinal), error.Message);
    }

    private static Sample Client(string name, string line) => new(name, Origin.Client, Encoding.ASCII.GetBytes(line), MessageKind.Request);

    private static Sample Server(string name, string lines, Sample answers) =>
        new(name, Origin.Server, Encoding.ASCII.GetBytes(lines), MessageKind.Response) { Answers = answers };

    private sealed class WithoutMemo : LineCodec
    {
        public override Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame)
        {
            if (origin == Origin.Server) frame.Memo = 0;
            return base.Decode(bytes, origin, state, ref frame);
        }
    }

    private sealed class Hasty : LineCodec
    {
        public override Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame)
        {
            var answer = base.Decode(bytes, origin, state, ref frame);
            if (bytes.StartsWith("HELLO "u8)) ((Greeted)state!).Yes = true;
            return answer;
        }
    }

    private sealed class LineBreaker : LineCodec
    {
        public override int WriteReply(
            in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
        {
            output.Write("-"u8);
            output.Write(text);
            output.Write("\n"u8);
            return 1;
        }
    }
}
