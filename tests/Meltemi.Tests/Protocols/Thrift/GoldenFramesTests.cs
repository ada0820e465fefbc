using Meltemi.Codec;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Messages as Apache's library writes them, in each transport and protocol.</summary>
public class GoldenFramesTests
{
    public static TheoryData<string> All => Wire.Names(name => true);

    [Theory, MemberData(nameof(All))]
    public void Are_found_whole_with_their_id(string name)
    {
        var frame = Wire.Whole(Wire.Golden[name], Wire.OriginOf(name));
        Assert.Equal((ulong)GoldenFrames.Id, frame.Id);
    }

    [Theory, MemberData(nameof(All))]
    public void Are_found_when_more_follows(string name)
    {
        var golden = Wire.Golden[name];
        var decoded = Wire.Decode([.. golden, .. golden, 0x80], Wire.OriginOf(name), out var frame);
        Assert.Equal(DecodeStatus.Complete, decoded.Status);
        Assert.Equal(golden.Length, frame.Length);
    }

    [Theory, MemberData(nameof(All))]
    public void Say_how_much_is_missing_and_never_too_much(string name)
    {
        var golden = Wire.Golden[name];
        for (var length = 0; length < golden.Length; length++)
        {
            var decoded = Wire.Decode(golden[..length], Wire.OriginOf(name), out _);
            Assert.Equal((DecodeStatus.NeedMore, null), (decoded.Status, decoded.Reason));
            Assert.InRange(decoded.Needed, length + 1, golden.Length);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Are_found_when_they_trickle_in(string name)
    {
        var golden = Wire.Golden[name];
        var state = Wire.Codec.NewConnectionState(Wire.OriginOf(name));
        for (var round = 0; round < 2; round++)
        {
            for (var length = 1; length < golden.Length; length++)
            {
                Assert.Equal(DecodeStatus.NeedMore, Wire.Decode(golden[..length], Wire.OriginOf(name), out _, state).Status);
            }

            Assert.Equal(DecodeStatus.Complete, Wire.Decode(golden, Wire.OriginOf(name), out var frame, state).Status);
            Assert.Equal(golden.Length, frame.Length);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Show_their_dialect(string name)
    {
        var (transport, protocol) = (name.Split('_')[0], name.Split('_')[1]);
        var expected = transport switch { "Framed" => "framed", "Unframed" => "unframed", _ => "header" }
            + protocol switch { "Binary" => " binary", "BinaryOld" => " binary-old", _ => " compact" };
        var golden = Wire.Golden[name];
        Assert.Equal(expected, Wire.Read(golden, Wire.Whole(golden, Wire.OriginOf(name)), "transport", "protocol"));
    }

    [Fact]
    public void Have_a_variant_for_each_dialect()
    {
        string[] dialects =
        [
            "Framed_Binary", "Framed_BinaryOld", "Framed_Compact", "Unframed_Binary", "Unframed_BinaryOld", "Unframed_Compact",
            "Header_Binary", "Header_Compact",
        ];
        var variants = dialects.Select(dialect => Wire.Whole(Wire.Golden[$"{dialect}_Call"], Origin.Client).Variant);
        Assert.Equal(dialects.Length, variants.Distinct().Count());
    }

    [Theory, MemberData(nameof(All))]
    public void Name_method_service_and_message_type(string name)
    {
        if (name.StartsWith("Zlib", StringComparison.Ordinal)) return;
        var expected = name.Split('_')[^1] switch
        {
            "Call" => "echo - call",
            "MultiplexedCall" => "buy Shop call",
            "EveryType" or "Type" => "every_type - call",
            "OneWay" => "notify - oneway",
            "Reply" => "echo - reply",
            "VoidReply" => "ping - reply",
            "DeclaredException" => "buy - reply",
            _ => "echo - exception",
        };
        var golden = Wire.Golden[name];
        Assert.Equal(expected, Wire.Read(golden, Wire.Whole(golden, Wire.OriginOf(name)), "method", "service", "message_type"));
    }

    [Theory, MemberData(nameof(All))]
    public void Say_how_calls_ended(string name)
    {
        var frame = Wire.Whole(Wire.Golden[name], Wire.OriginOf(name));
        var expected = name.Split('_')[^1] switch
        {
            "OneWay" => (MessageKind.OneWay, AnswerStatus.Ok, 0),
            "Reply" or "VoidReply" => (MessageKind.Response, AnswerStatus.Ok, 0),
            "DeclaredException" => (MessageKind.Response, AnswerStatus.ApplicationError, 0),
            "Exception" => (MessageKind.Response, AnswerStatus.ServerError, 6),
            _ => (MessageKind.Request, AnswerStatus.Ok, 0),
        };
        Assert.Equal(expected, (frame.Kind, frame.Status, frame.Code));
    }
}
