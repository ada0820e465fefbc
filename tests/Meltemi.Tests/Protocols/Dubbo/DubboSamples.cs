using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Protocols.Dubbo.Support;
using static Meltemi.Tests.Protocols.Dubbo.Support.DubboMessages;

namespace Meltemi.Tests.Protocols.Dubbo;

/// <summary>
/// Messages for the conformance kit: of third-party libraries, of fastjson, of an encoder of our own for what those cannot write.
/// Attributes that come from the body's head are not here, as the kit would want to see them changed by a mutation.
/// </summary>
internal static class DubboSamples
{
    private const string Note = "gr\u00fc\u00df \u4e16\u754c \U0001f600";

    public static Sample Request { get; } = new("apache-dubbo-consumer", Origin.Client, GoldenFrames.ApacheRequest, MessageKind.Request)
    {
        Id = 21,
        Attributes = new() { ["group"] = "blue", ["timeout"] = "250", ["user"] = "ann", ["note"] = Note },
        CanSet = new() { ["user"] = "bob", ["note"] = "plain", ["x-lane"] = Note, ["group"] = "green", ["timeout"] = "9" },
        CanRemove = ["user", "note", "group", "not-there"],
    };

    private static Sample FastJsonRequest { get; } = new("fastjson request", Origin.Client,
        FastJson(0xc6, 0, "\"2.0.2\"", "\"com.example.Greeter\"", "\"1.0.0\"", "\"greet\"", "\"Ljava/util/Map;I\"",
            "{\"a\":[\"}\\n\"]}", "5",
            "{\"user\":\"ann\",\"note\":\"q\\\"\\u00fc\",\"list\":[{}],\"n\":5}"), MessageKind.Request)
    {
        Id = 7,
        Attributes = new() { ["user"] = "ann", ["note"] = "q\"\u00fc", ["n"] = "5", ["list"] = null },
        CanSet = new() { ["user"] = "bob", ["x-lane"] = "a\"\\\n" },
        CanRemove = ["user", "list", "not-there"],
    };

    public static IReadOnlyList<Sample> All { get; } =
    [
        Request,
        FastJsonRequest,
        new("request of dubbo-remoting", Origin.Client, GoldenFrames.RemotingRequest, MessageKind.Request)
        {
            Id = 11,
            Attributes = new() { ["user"] = "ann", ["count"] = "5", ["big"] = "1099511627776", ["on"] = "true" },
            CanSet = new() { ["count"] = "6", ["x-lane"] = "canary" },
            CanRemove = ["big", "user"],
        },
        new("dubbox request", Origin.Client, GoldenFrames.ApacheDubboxRequest, MessageKind.Request)
        {
            Id = 21,
            CanSet = new() { ["user"] = "bob" },
        },
        new("every form of Hessian", Origin.Client, EveryHessianForm.Request(), MessageKind.Request)
        {
            Id = 7,
            Attributes = new() { ["user"] = "ann" },
            CanSet = new() { ["user"] = "bob", ["x-lane"] = "canary" },
        },
        new("no attachments", Origin.Client, DubboMessages.Request(Head("I").Int(1)), MessageKind.Request)
        {
            Id = 7,
            Attributes = new() { ["user"] = null, ["timeout"] = null },
            CanSet = new() { ["user"] = "ann" },
            CanRemove = ["user"],
        },
        new("one-way", Origin.Client, DubboMessages.Request(Head().TextMap(("user", "ann")), flags: RequestOneWay), MessageKind.OneWay)
        {
            Id = 7,
            CanSet = new() { ["user"] = "bob" },
        },
        new("kryo request", Origin.Client, Frame(0xc8, 0, 9, 1, 2, 3), MessageKind.Request) { Id = 9 },
        Answer("value", GoldenFrames.ApacheValue, AnswerStatus.Ok, 20),
        Answer("null", GoldenFrames.ApacheNull, AnswerStatus.Ok, 20),
        Answer("exception", GoldenFrames.ApacheException, AnswerStatus.ApplicationError, 20),
        new("old value", Origin.Server, GoldenFrames.ApacheOldValue, MessageKind.Response)
        {
            Id = 21,
            Status = AnswerStatus.Ok,
            Attributes = new() { ["zone"] = null },
            CanSet = new() { ["zone"] = "c" },
            CanRemove = ["zone"],
            Answers = Request,
        },
        Plain("error", GoldenFrames.ApacheError, 21, AnswerStatus.ClientError, 60),
        Plain("null without its flag", GoldenFrames.RemotingNull, 11, AnswerStatus.Ok, 20),
        Plain("status 0", Frame(0x02, 0, 11, (byte)'N'), 11, AnswerStatus.ServerError, 0),
        new("fastjson value", Origin.Server, FastJson(0x06, 20, "4", "\"hello\"", "{\"zone\":\"b\"}"), MessageKind.Response)
        {
            Id = 7,
            Attributes = new() { ["zone"] = "b" },
            CanSet = new() { ["zone"] = "c" },
            Answers = FastJsonRequest,
        },
        new("heartbeat of a client", Origin.Client, GoldenFrames.RemotingHeartbeat, MessageKind.Heartbeat) { Id = 12 },
        new("heartbeat of a server", Origin.Server, Frame(0xe2, 0, 13, (byte)'N'), MessageKind.Heartbeat) { Id = 13 },
        new("heartbeat answer", Origin.Server, GoldenFrames.RemotingHeartbeatAnswer, MessageKind.HeartbeatAnswer) { Id = 12 },
        new("heartbeat answer of apache-dubbo-service", Origin.Server, GoldenFrames.ApacheHeartbeatAnswer, MessageKind.HeartbeatAnswer),
        new("read-only event", Origin.Server, Frame(0xa2, 0, 0, 1, (byte)'R'), MessageKind.GoAway),
        new("callback", Origin.Server, DubboMessages.Request(Head()), MessageKind.ServerPush) { Id = 7 },
    ];

    private static Sample Plain(string name, byte[] bytes, ulong id, AnswerStatus status, int code) =>
        new(name, Origin.Server, bytes, MessageKind.Response) { Id = id, Status = status, Code = code };

    private static Sample Answer(string name, byte[] bytes, AnswerStatus status, int code) =>
        new(name, Origin.Server, bytes, MessageKind.Response)
        {
            Id = 21,
            Status = status,
            Code = code,
            Attributes = new() { ["zone"] = "b", ["note"] = Note },
            CanSet = new() { ["zone"] = "c", ["x-cost"] = "5" },
            CanRemove = ["zone", "note"],
            Answers = Request,
        };
}
