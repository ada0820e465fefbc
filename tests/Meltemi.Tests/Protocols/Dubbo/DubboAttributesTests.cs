using Meltemi.Codec;
using Meltemi.Tests.Protocols.Dubbo.Support;
using static Meltemi.Tests.Protocols.Dubbo.Support.DubboMessages;

namespace Meltemi.Tests.Protocols.Dubbo;

public class DubboAttributesTests
{
    [Fact]
    public void The_head_of_the_body_is_read()
    {
        var message = Request(Head("Ljava/lang/String;I", "com.example.Greeter", "2.0.0", "greet", "2.7.8"));
        Assert.Equal(
            ["com.example.Greeter", "com.example.Greeter", "greet", "2.0.0", "2.7.8", "Ljava/lang/String;I", "hessian2"],
            Driver.Read(message, "interface", "path", "method", "version", "dubbo", "param_types", "serialization"));
    }

    // A byte is a unit only in ASCII: whoever took these heads for that would be lost in the middle of a text.
    [Theory]
    [InlineData("com.ex\u00e4mple.Greeter", "greet", "1.0.0")]
    [InlineData("com.example.Greeter", "gr\u00fc\u00dfe \u4e16\u754c", "1.0.0")]
    [InlineData("com.example.Greeter", "greet\U0001f600", "\u00fc")]
    public void Heads_that_are_not_ASCII_are_read_as_well(string path, string method, string version)
    {
        foreach (var name in new[] { method, method + new string('x', 40), method + new string('x', 1200) })
        {
            var message = Request(Head("I", path, version, name).Int(70000).TextMap(("user", "alice")));
            Assert.Equal([path, name, version, "alice"], Driver.Read(message, "interface", "method", "version", "user"));
            Assert.Equal([name], Driver.Read(message, "method"));
        }
    }

    [Fact]
    public void Attachments_are_read_behind_the_arguments()
    {
        var message = Usual(("group", "blue"), ("user", "alice"));
        Assert.Equal(["blue", "alice", "1000", null], Driver.Read(message, "group", "user", "timeout", "absent"));
    }

    [Fact]
    public void Numbers_and_booleans_are_given_as_text_and_other_values_not_at_all()
    {
        var body = Head().Map().Text("a").Int(-300000).Text("b").Long(1L << 40).Text("c").Bool(true).Text("d").Bool(false)
            .Text("e").List(1).Int(1).Text("f").Null().Text("g").Double(1.5).Text("h").Long(-8).Text("i").Long(70000).Text("j").Long(-1)
            .Text("k").Long(2000).Int(5).Text("key is a number").Text("last").Text("z").End();
        Assert.Equal(
            ["-300000", "1099511627776", "true", "false", null, null, null, "-8", "70000", "-1", "2000", "z"],
            Driver.Read(Request(body), "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "last"));
    }

    [Fact]
    public void The_first_of_two_equal_keys_counts()
    {
        Assert.Equal(["1", "3"], Driver.Read(Request(Head().TextMap(("a", "1"), ("a", "2"), ("b", "3"))), "a", "b"));
    }

    [Theory]
    [InlineData("com.example.Greeter", "other.Name", "com.example.Greeter")]
    [InlineData("greeter", "com.example.Greeter", "com.example.Greeter")]
    [InlineData("v2/com.example.Greeter", "com.example.Greeter", "com.example.Greeter")]
    [InlineData("greeter", null, "greeter")]
    [InlineData("", "com.example.Greeter", "com.example.Greeter")]
    public void The_interface_is_the_path_if_that_looks_like_one(string path, string? attachment, string expected)
    {
        var body = Head("I", path).Int(1);
        var message = Request(attachment is null ? body.TextMap(("x", "y")) : body.TextMap(("interface", attachment), ("x", "y")));
        foreach (var others in new string[][] { [], ["x"], ["method", "version"], ["group"] })
            Assert.Equal(expected, Driver.Read(message, ["interface", .. others])[0]);
    }

    [Theory]
    [InlineData("1.0.0", "2.0.0", "1.0.0")]
    [InlineData("", "2.0.0", "2.0.0")]
    [InlineData("", null, "")]
    public void The_version_is_the_bodys_or_else_the_attachments(string version, string? attachment, string expected)
    {
        var body = Head("I", version: version).Int(1);
        var message = Request(attachment is null ? body.Map().End() : body.TextMap(("version", attachment)));
        Assert.Equal(expected, Driver.Read(message, "version")[0]);
        Assert.Equal(expected, Driver.Read(message, "user", "version")[1]);
    }

    [Fact]
    public void Attachments_do_not_stand_in_for_the_head()
    {
        var body = new HessianWriter().Null().Null().Null().Null().Null()
            .TextMap(("path", "a"), ("method", "b"), ("dubbo", "c"), ("param_types", "d"), ("serialization", "e"), ("user", "alice"));
        Assert.Equal(
            [null, null, null, null, "hessian2", "alice"],
            Driver.Read(Request(body), "path", "method", "dubbo", "param_types", "serialization", "user"));
    }

    [Fact]
    public void The_timeout_is_found_under_both_names()
    {
        Assert.Equal("250", Driver.Read(Request(Head().Map().Text("_TO").Int(250).End()), "timeout")[0]);
        Assert.Equal("100", Driver.Read(Request(Head().Map().Text("_TO").Int(250).Text("timeout").Text("100").End()), "timeout")[0]);
        Assert.Null(Driver.Read(Request(Head().Map().End()), "timeout")[0]);
    }

    [Theory]
    [InlineData("com.example.Greeter", "other.Name", "com.example.Greeter")]
    [InlineData("greeter", "com.example.Greeter", "com.example.Greeter")]
    public void The_service_is_the_interface_whether_that_is_wanted_too_or_not(string path, string attachment, string expected)
    {
        var message = Request(Head(path: path).TextMap(("service", "forged"), ("interface", attachment)));
        Assert.Equal([expected], Driver.Read(message, "service"));
        Assert.Equal([expected, expected], Driver.Read(message, "interface", "service"));
        Assert.Equal([expected, expected, "greet"], Driver.Read(message, "service", "interface", "method"));
    }

    [Fact]
    public void The_caller_is_the_remote_application_else_the_application()
    {
        Assert.Equal(["shop"], Driver.Read(Request(Head().TextMap(("application", "x"), ("remote.application", "shop"))), "caller"));
        Assert.Equal(["shop"], Driver.Read(Request(Head().TextMap(("remote.application", "shop"), ("application", "x"))), "caller"));
        Assert.Equal(["x"], Driver.Read(Request(Head().TextMap(("a", "b"), ("application", "x"))), "caller"));
        Assert.Equal(["x", "x"], Driver.Read(Request(Head().TextMap(("a", "\u00fc"), ("application", "x"))), "caller", "application"));
        Assert.Equal([null, "b"], Driver.Read(Request(Head().TextMap(("caller", "forged"), ("a", "b"))), "caller", "a"));
        Assert.Equal(["golden"], Driver.Read(GoldenFrames.ApacheRequest, "caller"));
    }

    [Fact]
    public void The_kind_is_told_whatever_the_serialization()
    {
        Assert.Equal(["request"], Driver.Read(Usual(("kind", "forged")), "kind"));
        Assert.Equal(["oneway"], Driver.Read(Request(Head().TextMap(), flags: RequestOneWay), "kind"));
        Assert.Equal(["request"], Driver.Read(Frame(0xc8, 0, 7, 1), "kind"));
    }

    [Fact]
    public void Generic_calls_keep_their_method_name()
    {
        var body = Head("Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;", method: "$invoke")
            .Text("greet").TypedList("[string", 1).Text("java.lang.String").TypedList("[object", 1).Text("world")
            .TextMap(("generic", "true"));
        Assert.Equal(["$invoke", "true"], Driver.Read(Request(body), "method", "generic"));
    }

    [Fact]
    public void Without_attachments_there_are_none_and_that_is_no_error()
    {
        Assert.Equal([null, "greet"], Driver.Read(Request(Head("I").Int(1)), "user", "method"));
        Assert.Equal([null, "greet"], Driver.Read(Request(Head("I").Int(1).Null()), "user", "method"));
    }

    [Theory]
    [InlineData("X")]
    [InlineData("Ljava/lang/String")]
    [InlineData("[")]
    [InlineData("II")]
    public void Arguments_that_do_not_match_their_types_are_malformed_only_for_who_looks_behind_them(string types)
    {
        var message = Request(Head(types).Int(1));
        Assert.False(Driver.TryRead(message, Origin.Client, ["user"], out _));
        Assert.Equal(["greet"], Driver.Read(message, "method"));
    }

    [Fact]
    public void Texts_in_chunks_and_with_surrogates_become_proper_text()
    {
        const string Smile = "a\U0001f600b";
        var body = Head().Map()
            .Text("java").Text(Smile)
            .Text("proper").Text(Smile, properUtf8: true)
            .Text("parted").Chunks(Smile, 2)
            .Chunks("chunked key", 4).Text("value")
            .Text("half").Text("x\ud83d")
            .Text("umlaut").Text("gr\u00fc\u00df \u4e16\u754c")
            .Text("last").Text(new string('z', 40000)).End();
        Assert.Equal(
            [Smile, Smile, Smile, "value", "x\ufffd", "gr\u00fc\u00df \u4e16\u754c", new string('z', 40000)],
            Driver.Read(Request(body), "java", "proper", "parted", "chunked key", "half", "umlaut", "last"));
    }

    [Fact]
    public void Answers_have_their_attachments()
    {
        var value = Answer(new HessianWriter().Int(4).Text("hello").TextMap(("cost", "5")));
        var nothing = Answer(new HessianWriter().Int(5).TextMap(("cost", "6")));
        var thrown = new HessianWriter().Int(3).Class("java.lang.Exception", "message").Object(0).Text("no");
        var exception = Answer(thrown.TextMap(("cost", "7")));
        var old = Answer(new HessianWriter().Int(1).Text("hello"));
        Assert.Equal(["5", null, "hessian2"], Driver.Read(value, Origin.Server, "cost", "absent", "serialization"));
        Assert.Equal("6", Driver.Read(nothing, Origin.Server, "cost")[0]);
        Assert.Equal("7", Driver.Read(exception, Origin.Server, "cost")[0]);
        Assert.Null(Driver.Read(old, Origin.Server, "cost")[0]);
    }

    [Fact]
    public void Error_answers_have_no_attachments()
    {
        Assert.Equal([null], Driver.Read(Answer(new HessianWriter().Text("no such service"), status: 60), Origin.Server, "cost"));
    }

    [Theory]
    [InlineData(3, "java")]
    [InlineData(8, "kryo")]
    [InlineData(23, "fastjson2")]
    [InlineData(31, "31")]
    public void Other_serializations_have_their_name_and_nothing_else(int id, string name)
    {
        var message = Frame((byte)(0xc0 | id), 0, 1, 1, 2, 3);
        Assert.Equal([name, null, null], Driver.Read(message, "serialization", "interface", "user"));
    }

    [Fact]
    public void Fastjson_is_read_line_by_line()
    {
        var message = FastJson(0xc6, 0, "\"2.0.2\"", "\"com.example.Greeter\"", "\"1.0.0\"", "\"greet\"",
            "\"Ljava/lang/String;Ljava/util/Map;I\"", "\"wor\\nld\"", "{\"a\":[1,{\"b\":\"}\"}]}", "12",
            """
            {"user":"alice", "tricky\u002d":"q\"\u00fc\ud83d\ude00\t", "n":12,"t":true,"o":{"x":["}"]},"z":null,"last":"!"}
            """);
        Assert.Equal(
            ["com.example.Greeter", "greet", "1.0.0", "2.0.2", "alice", "q\"\u00fc\U0001f600\t", "12", "true", null, null, "!", "fastjson"],
            Driver.Read(
                message, "interface", "method", "version", "dubbo", "user", "tricky-", "n", "t", "o", "z", "last", "serialization"));
    }

    [Fact]
    public void Fastjson_answers_have_their_attachments()
    {
        Assert.Equal(["5"], Driver.Read(FastJson(0x06, 20, "4", "\"hello\"", "{\"cost\":\"5\"}"), Origin.Server, "cost"));
        Assert.Equal(["5"], Driver.Read(FastJson(0x06, 20, "5", "{\"cost\":\"5\"}"), Origin.Server, "cost"));
    }

    [Theory]
    [InlineData("{\"user\"")]
    [InlineData("{\"user\":")]
    [InlineData("{\"user\":\"a")]
    [InlineData("{\"x\":[1,2")]
    [InlineData("{\"x\" \"y\"}")]
    [InlineData("{\"x\":1 \"y\":2}")]
    [InlineData("[]")]
    public void Broken_fastjson_attachments_are_malformed(string attachments)
    {
        var message = FastJson(0xc6, 0, "\"2.0.2\"", "\"a.B\"", "null", "\"greet\"", "\"\"", attachments);
        Assert.False(Driver.TryRead(message, Origin.Client, ["user", "other"], out _));
    }
}
