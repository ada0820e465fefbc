using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Protocols.Trpc;

/// <summary>Frames for the conformance kit.</summary>
internal static class TrpcSamples
{
    private static readonly Dictionary<string, string?> Attributes = new()
    {
        ["service"] = "trpc.greet.server.Greeter",
        ["callee"] = "trpc.greet.server.Greeter",
        ["method"] = "SayHello",
        ["func"] = "/greet.Greeter/SayHello",
        ["caller"] = "trpc.shop.till.Till",
        ["kind"] = "request",
        ["timeout"] = "250",
        ["message_type"] = "2",
        ["user"] = "ann",
    };

    public static Sample Request { get; } = Call("call", TrpcMessages.Request(11), 11);

    public static Sample Opening { get; } = new("opening of a stream", Origin.Client, TrpcMessages.Opening(101), MessageKind.StreamOpen)
    {
        Id = 101,
        Variant = 1,
        Attributes = new()
        {
            ["service"] = "trpc.greet.server.Greeter",
            ["method"] = "Chat",
            ["caller"] = "trpc.shop.till.Till",
            ["kind"] = "stream",
            ["timeout"] = null,
            ["content_type"] = "2",
            ["user"] = "ann",
        },
        CanSet = new() { ["user"] = "bob", ["x-lane"] = "gr\u00fcn" },
        CanRemove = ["user", "not-there"],
    };

    public static IReadOnlyList<Sample> All { get; } =
    [
        Request,
        Call("call whose id is in its head only", TrpcMessages.Request(300, 0), 300),
        Call("one-way call", TrpcMessages.Request(11, change: head => head.CallType = 1), 11) with
        {
            Kind = MessageKind.OneWay,
            Attributes = new(Attributes) { ["kind"] = "oneway" },
        },
        Call("call with nothing else", TrpcMessages.Request(0x12345678, change: head =>
        {
            head.TransInfo.Clear();
            head.Timeout = 0;
        }), 0x12345678) with
        {
            Attributes = new() { ["timeout"] = null, ["user"] = null },
        },
        Answer("answer", TrpcMessages.Answer(11), 0, AnswerStatus.Ok),
        Answer("answer whose id is in its head only", TrpcMessages.Answer(11, headId: 0), 0, AnswerStatus.Ok),
        Answer("no such function", TrpcMessages.Answer(11, 12, message: "no such function"), 12, AnswerStatus.ClientError),
        Answer("the service's own error", TrpcMessages.Answer(11, 0, 5001), 5001, AnswerStatus.ApplicationError),
        Opening,
        Frame("data of a client", Origin.Client, TrpcMessages.Stream(TrpcMessages.Data, 101, TrpcMessages.Body), MessageKind.StreamData, default),
        Frame("feedback", Origin.Client, TrpcMessages.Stream(TrpcMessages.Feedback, 101, [8, 100]), MessageKind.StreamData, default),
        Frame("close of a client", Origin.Client, TrpcMessages.Closing(101), MessageKind.StreamClose, FrameFlags.EndStream),
        Frame("reset of a client", Origin.Client, TrpcMessages.Closing(101, 1, 161), MessageKind.StreamClose, FrameFlags.EndBoth),
        Frame("opened", Origin.Server, TrpcMessages.Opened(101), MessageKind.StreamOpen, default),
        Frame("refused", Origin.Server, TrpcMessages.Opened(101, 12), MessageKind.StreamOpen, FrameFlags.EndBoth) with
        {
            Code = 12,
            Status = AnswerStatus.ClientError,
        },
        Frame("data of a server", Origin.Server, TrpcMessages.Stream(TrpcMessages.Data, 101, []), MessageKind.StreamData, default),
        Frame("close of a server", Origin.Server, TrpcMessages.Closing(101), MessageKind.StreamClose, FrameFlags.EndBoth),
        Frame("reset of a server", Origin.Server, TrpcMessages.Closing(101, 1, 31), MessageKind.StreamClose, FrameFlags.EndBoth) with { Code = 31 },
    ];

    private static Sample Call(string name, byte[] bytes, ulong id) => new(name, Origin.Client, bytes, MessageKind.Request)
    {
        Id = id,
        Variant = 0,
        Attributes = Attributes,
        CanSet = new() { ["user"] = "bob", ["x-lane"] = "gr\u00fcn" },
        CanRemove = ["user", "not-there"],
        Body = TrpcMessages.Body,
    };

    private static Sample Answer(string name, byte[] bytes, int code, AnswerStatus status) => new(name, Origin.Server, bytes, MessageKind.Response)
    {
        Id = 11,
        Code = code,
        Status = status,
        Answers = Request,
        Attributes = new() { ["kind"] = "response", ["zone"] = "b" },
        CanSet = new() { ["zone"] = "c", ["x-lane"] = "green" },
        CanRemove = ["zone"],
        Body = TrpcMessages.Body,
    };

    private static Sample Frame(string name, Origin origin, byte[] bytes, MessageKind kind, FrameFlags flags) =>
        new(name, origin, bytes, kind) { Id = 101, Variant = 1, Flags = flags, Attributes = new() { ["kind"] = "stream" } };
}
