using Meltemi.Codec;
using Meltemi.Tests.Protocols.Dubbo.Support;

namespace Meltemi.Tests.Protocols.Dubbo;

public class DubboGoldenTests
{
    private const string Note = "gr\u00fc\u00df \u4e16\u754c \U0001f600";

    [Fact]
    public void A_request_of_dubbo_remoting_with_every_type_is_read()
    {
        var message = GoldenFrames.RemotingRequest;
        Assert.Equal(11ul, Driver.Decode(message).Id);
        Assert.Equal(
            ["com.example.Greeter", "greet", "1.0.0", "5.3.0", "blue", "ann", Note, "5", "1099511627776", "true"],
            Driver.Read(message, "interface", "method", "version", "dubbo", "group", "user", "note", "count", "big", "on"));
    }

    [Fact]
    public void A_request_of_apache_dubbo_consumer_with_every_type_is_read()
    {
        var message = GoldenFrames.ApacheRequest;
        Assert.Equal(21ul, Driver.Decode(message).Id);
        Assert.Equal(
            ["com.example.Greeter", "greet", "1.0.0", "2.0.2", "blue", "ann", Note, "250", "golden"],
            Driver.Read(message, "interface", "method", "version", "dubbo", "group", "user", "note", "timeout", "application"));
    }

    [Fact]
    public void Dubbox_puts_a_number_before_the_types()
    {
        var message = GoldenFrames.ApacheDubboxRequest;
        Assert.Equal(["greet", "ann", "blue"], Driver.Read(message, "method", "user", "group"));
        Assert.StartsWith("Ljava/lang/String;Ljava/lang/Integer;", Driver.Read(message, "param_types")[0], StringComparison.Ordinal);
        var rewritten = Driver.Rewrite(message, Driver.Mutation((ChangeKind.Set, "user", "bob")))!;
        Assert.Equal(["bob", "blue"], Driver.Read(rewritten, "user", "group"));
    }

    [Fact]
    public void A_request_of_dubbo2_js_is_read() =>
        Assert.Equal(
            ["com.example.Greeter", "2.5.3", "ann", "250"],
            Driver.Read(GoldenFrames.Dubbo2Request, "interface", "dubbo", "user", "timeout"));

    [Fact]
    public void Answers_are_told_apart()
    {
        Assert.Equal((AnswerStatus.Ok, 20), Told(GoldenFrames.RemotingValue));
        Assert.Equal((AnswerStatus.ApplicationError, 20), Told(GoldenFrames.RemotingException));
        Assert.Equal((AnswerStatus.Ok, 20), Told(GoldenFrames.RemotingNull));
        Assert.Equal((AnswerStatus.ServerError, 80), Told(GoldenFrames.RemotingError));
        Assert.Equal((AnswerStatus.Ok, 20), Told(GoldenFrames.ApacheValue));
        Assert.Equal((AnswerStatus.Ok, 20), Told(GoldenFrames.ApacheNull));
        Assert.Equal((AnswerStatus.ApplicationError, 20), Told(GoldenFrames.ApacheException));
        Assert.Equal((AnswerStatus.Ok, 20), Told(GoldenFrames.ApacheOldValue));
        Assert.Equal((AnswerStatus.ClientError, 60), Told(GoldenFrames.ApacheError));

        static (AnswerStatus, int) Told(byte[] message)
        {
            var frame = Driver.Decode(message, Origin.Server);
            Assert.Equal(MessageKind.Response, frame.Kind);
            return (frame.Status, frame.Code);
        }
    }

    [Fact]
    public void Answer_attachments_are_read()
    {
        foreach (var message in new[] { GoldenFrames.ApacheValue, GoldenFrames.ApacheNull, GoldenFrames.ApacheException })
            Assert.Equal(["b", Note, "2.0.2"], Driver.Read(message, Origin.Server, "zone", "note", "dubbo"));
        Assert.Equal([null], Driver.Read(GoldenFrames.ApacheOldValue, Origin.Server, "zone"));
    }

    [Fact]
    public void Heartbeats_are_recognised()
    {
        Assert.Equal(MessageKind.Heartbeat, Driver.Decode(GoldenFrames.RemotingHeartbeat).Kind);
        Assert.Equal(MessageKind.Heartbeat, Driver.Decode(GoldenFrames.ApacheHeartbeat).Kind);
        Assert.Equal(MessageKind.HeartbeatAnswer, Driver.Decode(GoldenFrames.RemotingHeartbeatAnswer, Origin.Server).Kind);
        // It has status 0, id 0 and the two-way flag.
        Assert.Equal(MessageKind.HeartbeatAnswer, Driver.Decode(GoldenFrames.ApacheHeartbeatAnswer, Origin.Server).Kind);
    }
}
