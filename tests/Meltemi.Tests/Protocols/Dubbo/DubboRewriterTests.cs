using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;
using Meltemi.Tests.Protocols.Dubbo.Support;
using static Meltemi.Codec.ChangeKind;
using static Meltemi.Tests.Protocols.Dubbo.Support.DubboMessages;

namespace Meltemi.Tests.Protocols.Dubbo;

public class DubboRewriterTests
{
    private const long NewClient = 2 | 0x20;

    [Fact]
    public void The_id_is_patched_in_place()
    {
        var message = Usual();
        Assert.True(Driver.Codec.TryPatchId(message, Driver.Decode(message), 0x0102030405060708));
        Assert.Equal(0x0102030405060708ul, Driver.Decode(message).Id);
        Assert.Equal(Usual()[12..], message[12..]);
    }

    [Fact]
    public void Without_changes_only_the_id_differs()
    {
        var message = Usual();
        var rewritten = Driver.Rewrite(message, Mutation.None)!;
        Assert.Equal(9ul, Driver.Decode(rewritten).Id);
        Assert.Equal(message[12..], rewritten[12..]);
    }

    [Fact]
    public void Attachments_are_set_added_and_removed_and_nothing_else_changes()
    {
        var head = Head("Ljava/lang/String;").Text("world").ToArray();
        var old = new HessianWriter().Map().Text("a").Text("1").Text("n").Int(5).Text("b").Text("2").End().ToArray();
        var message = Frame(0xc2, 0, 7, [.. head, .. old]);
        var mutation = Driver.Mutation((Set, "a", "new"), (Remove, "b", ""), (Add, "a", "no"), (Set, "c", "3"), (Add, "n", "x"));
        var rewritten = Driver.Rewrite(message, mutation)!;
        Assert.Equal(head, rewritten[16..(16 + head.Length)]);
        var attachments = HessianValue.ToMap(HessianValue.ReadAll(rewritten)[6]);
        Assert.Equal(new() { ["a"] = "1", ["n"] = 5, ["c"] = "3" }, attachments);
        Assert.Equal(rewritten.Length, Driver.Decode(rewritten).Length);

        rewritten = Driver.Rewrite(message, Driver.Mutation((Set, "a", "new"), (Set, "n", "6")))!;
        Assert.Equal(new() { ["a"] = "new", ["n"] = "6", ["b"] = "2" }, HessianValue.ToMap(HessianValue.ReadAll(rewritten)[6]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_request_without_attachments_gets_a_map(bool isNull)
    {
        var body = Head("I").Int(1);
        var message = Request(isNull ? body.Null() : body);
        var rewritten = Driver.Rewrite(message, Driver.Mutation((Set, "user", "alice")))!;
        var values = HessianValue.ReadAll(rewritten);
        Assert.Equal(7, values.Count);
        Assert.Equal(new() { ["user"] = "alice" }, HessianValue.ToMap(values[6]));
        Assert.Equal(message[12..], Driver.Rewrite(message, Driver.Mutation((Remove, "user", "")))![12..]);
    }

    [Fact]
    public void Changes_named_like_fields_of_the_head_touch_attachments_only()
    {
        var mutation = Driver.Mutation((Set, "path", "p"), (Set, "interface", "i"), (Set, "version", "v"), (Set, "group", "g"));
        var rewritten = Driver.Rewrite(Usual(), mutation)!;
        var values = HessianValue.ReadAll(rewritten);
        Assert.Equal(["2.0.2", "com.example.Greeter", "1.0.0", "greet"], values[..4]);
        var attachments = HessianValue.ToMap(values[6]);
        Assert.Equal(("p", "i"), (attachments["path"], attachments["interface"]));
        Assert.Equal(("v", "g"), (attachments["version"], attachments["group"]));
    }

    [Fact]
    public void A_typed_map_stays_typed_and_references_stay_right()
    {
        var body = Head("Ljava/util/List;").List(1).Text("x")
            .Map("java.util.HashMap").Text("a").Text("1").Text("list").Reference(0)
            .Text("own").List(1).Text("y").Text("again").Reference(2).End();
        var rewritten = Driver.Rewrite(Request(body), Driver.Mutation((Remove, "a", ""), (Set, "b", "2")))!;
        var attachments = HessianValue.ToMap(HessianValue.ReadAll(rewritten)[6]);
        Assert.Equal(["x"], (List<object?>)attachments["list"]!);
        Assert.Same(attachments["own"], attachments["again"]);
        Assert.Equal("2", attachments["b"]);
        Assert.Equal((byte)'M', rewritten[16 + Head("Ljava/util/List;").List(1).Text("x").ToArray().Length]);
    }

    [Fact]
    public void A_value_that_later_ones_may_refer_to_is_not_taken_away()
    {
        var body = () => Head().Map().Text("list").List(1).Text("y");
        var referred = Request(body().Text("again").Reference(1).End());
        var definition = Request(Head().Map().Text("o").Class("a.B", "f").Object(0).Int(1).Text("p").Object(0).Int(2).End());
        var last = Request(body().Text("a").Text("1").End());
        Assert.Null(Driver.Rewrite(referred, Driver.Mutation((Remove, "list", ""))));
        Assert.Null(Driver.Rewrite(referred, Driver.Mutation((Set, "list", "z"))));
        Assert.Null(Driver.Rewrite(definition, Driver.Mutation((Remove, "o", ""))));
        Assert.NotNull(Driver.Rewrite(definition, Driver.Mutation((Remove, "p", ""))));
        var rewritten = Driver.Rewrite(last, Driver.Mutation((Remove, "list", "")))!;
        Assert.Equal(new() { ["a"] = "1" }, HessianValue.ToMap(HessianValue.ReadAll(rewritten)[5]));
    }

    [Theory]
    [InlineData(1, "hello", 4)]
    [InlineData(2, null, 5)]
    [InlineData(0, "oops", 3)]
    public void An_answer_without_attachments_gets_them_if_the_client_knows_them(int type, string? value, int newType)
    {
        var body = new HessianWriter().Int(type);
        var message = Answer(value is null ? body : body.Text(value));
        var mutation = Driver.Mutation((Set, "zone", "b"));
        var values = HessianValue.ReadAll(Driver.Rewrite(message, mutation, origin: Origin.Server, memo: NewClient)!);
        Assert.Equal(newType, values[0]);
        if (value is not null) Assert.Equal(value, values[1]);
        Assert.Equal(new() { ["zone"] = "b" }, HessianValue.ToMap(values[^1]));
        Assert.Null(Driver.Rewrite(message, mutation, origin: Origin.Server, memo: 2));
        Assert.NotNull(Driver.Rewrite(message, Driver.Mutation((Remove, "zone", "")), origin: Origin.Server, memo: 2));
    }

    [Fact]
    public void Answers_with_attachments_are_changed()
    {
        var message = Answer(new HessianWriter().Int(4).Text("hello").TextMap(("a", "1"), ("b", "2")));
        var mutation = Driver.Mutation((Set, "a", "x"), (Remove, "b", ""));
        var values = HessianValue.ReadAll(Driver.Rewrite(message, mutation, origin: Origin.Server)!);
        Assert.Equal(4, values[0]);
        Assert.Equal("hello", values[1]);
        Assert.Equal(new() { ["a"] = "x" }, HessianValue.ToMap(values[2]));
    }

    [Fact]
    public void Messages_that_cannot_carry_a_change_are_refused()
    {
        var mutation = Driver.Mutation((Set, "a", "x"));
        Assert.Null(Driver.Rewrite(Answer(new HessianWriter().Text("no"), status: 70), mutation, origin: Origin.Server, memo: NewClient));
        Assert.Null(Driver.Rewrite(Frame(0xc3, 0, 1, 1, 2, 3), mutation));
        Assert.Null(Driver.Rewrite(Request(Head("I")), mutation));
        Assert.Null(Driver.Rewrite(Request(Head().List(0)), mutation));
        Assert.Null(Driver.Rewrite(Usual(), Driver.Mutation((Set, "a", new string('x', 0x8001)))));
    }

    [Fact]
    public void A_message_does_not_grow_over_the_frame_limit()
    {
        var message = Usual();
        var frame = Driver.Decode(message);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var mutation = Driver.Mutation((Set, "a", "12345"));
        var growth = "a12345".Length + 2;
        Assert.False(new DubboCodec(new() { MaxFrameBytes = message.Length + growth - 1 }).Rewrite(message, frame, 1, mutation, output));
        Assert.Equal(0, output.WrittenCount);
        Assert.True(new DubboCodec(new() { MaxFrameBytes = message.Length + growth }).Rewrite(message, frame, 1, mutation, output));
        Assert.Equal(message.Length + growth, output.WrittenCount);
    }

    [Theory]
    [InlineData("2.0.2", true)]
    [InlineData("2.0.9", true)]
    [InlineData("2.7.15", true)]
    [InlineData("3.2.0-beta.1", true)]
    [InlineData("2.6.3", true)]
    [InlineData("2.6.2", false)]
    [InlineData("2.5.3", false)]
    [InlineData("2.0.10", false)]
    [InlineData("2.0.1", false)]
    [InlineData("2.8.4", false)]
    [InlineData("", false)]
    [InlineData("x", false)]
    public void The_clients_version_decides_whether_answers_can_have_attachments(string version, bool can)
    {
        var request = Driver.Decode(Request(Head(dubbo: version)));
        var answer = Answer(new HessianWriter().Int(2));
        Assert.Equal(can, Driver.Rewrite(answer, Driver.Mutation((Set, "a", "b")), origin: Origin.Server, memo: request.Memo) is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("gr\u00fc\u00df \u4e16\u754c \U0001f600")]
    public void Values_of_all_lengths_and_alphabets_come_back(string text)
    {
        foreach (var value in new[] { text, Repeat(text, 40), Repeat(text, 1030), Repeat(text, 15000) })
        {
            var rewritten = Driver.Rewrite(Usual(), Driver.Mutation((Set, "v", value), (Set, text + "k", "1")))!;
            Assert.Equal([value, "1"], Driver.Read(rewritten, "v", text + "k"));
            Assert.Equal(value, HessianValue.ToMap(HessianValue.ReadAll(rewritten)[6])["v"]);
        }

        static string Repeat(string text, int length) => string.Concat(Enumerable.Repeat(text, length / Math.Max(1, text.Length)));
    }

    [Fact]
    public void Fastjson_attachments_are_changed()
    {
        string[] head = ["\"2.0.2\"", "\"a.B\"", "\"1\"", "\"m\"", "\"I\"", "5"];
        var message = FastJson(0xc6, 0, [.. head, "{\"a\":\"1\", \"n\" : 5 ,\"b\":\"2\"}"]);
        var rewritten = Driver.Rewrite(message, Driver.Mutation((Set, "a", "q\"\\\n\u00fc"), (Remove, "b", ""), (Set, "c", "3")))!;
        Assert.Equal(FastJson(0xc6, 0, [.. head, "{\"a\":\"q\\\"\\\\\\u000a\u00fc\",\"n\" : 5,\"c\":\"3\"}"])[12..], rewritten[12..]);
        Assert.Equal(["q\"\\\n\u00fc", "5", null, "3"], Driver.Read(rewritten, "a", "n", "b", "c"));
    }

    [Fact]
    public void Fastjson_messages_without_attachments_get_them()
    {
        var mutation = Driver.Mutation((Set, "a", "1"));
        string[] head = ["\"2.0.2\"", "\"a.B\"", "\"1\"", "\"m\"", "\"\""];
        var expected = FastJson(0xc6, 0, [.. head, "{\"a\":\"1\"}"])[12..];
        Assert.Equal(expected, Driver.Rewrite(FastJson(0xc6, 0, head), mutation)![12..]);
        Assert.Equal(expected, Driver.Rewrite(FastJson(0xc6, 0, [.. head, "null"]), mutation)![12..]);
        var answer = FastJson(0x06, 20, "1", "\"hello\"");
        Assert.Equal(
            FastJson(0x06, 20, "4", "\"hello\"", "{\"a\":\"1\"}")[12..],
            Driver.Rewrite(answer, mutation, origin: Origin.Server, memo: NewClient)![12..]);
    }
}
