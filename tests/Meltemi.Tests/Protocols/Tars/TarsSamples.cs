using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Protocols.Tars;

/// <summary>Messages of @tars/rpc for the conformance kit.</summary>
internal static class TarsSamples
{
    private static readonly Dictionary<string, string?> Plain = new()
    {
        ["servant"] = "Demo.Greeter.GreeterObj",
        ["service"] = "Demo.Greeter.GreeterObj",
        ["func"] = "greet",
        ["method"] = "greet",
        ["kind"] = "request",
        ["version"] = "1",
        ["timeout"] = "250",
        ["user"] = null,
        ["status.STATUS_DYED_KEY"] = null,
    };

    private static readonly Dictionary<string, string?> WithContext = new(Plain) { ["user"] = "ann", ["caller"] = "shop", ["empty"] = "" };

    public static Sample TarsRequest { get; } = Request("request", GoldenFrames.Request,
        new(WithContext) { ["status.STATUS_DYED_KEY"] = "blue", ["message_type"] = "4" }, 11);

    public static Sample TupRequest { get; } = Request("TUP request", GoldenFrames.TupRequest, new(WithContext) { ["version"] = "3" }, 11);

    public static IReadOnlyList<Sample> All { get; } =
    [
        TarsRequest,
        TupRequest,
        Request("TUP request, complex", GoldenFrames.TupComplexRequest, new(Plain) { ["version"] = "2" }, 11),
        Request("one-way", GoldenFrames.OneWay, new(WithContext) { ["kind"] = "oneway" }, 11) with { Kind = MessageKind.OneWay },
        Request("number in two bytes", GoldenFrames.RequestShort, Plain, 300),
        Request("number in four bytes", GoldenFrames.RequestLong, new(Plain) { ["long"] = new string('x', 300) }, 0x12345678),
        Answer("value", GoldenFrames.Value, TarsRequest, 0, AnswerStatus.Ok, "b"),
        Answer("no such function", GoldenFrames.NoFunction, TarsRequest, -3, AnswerStatus.ClientError, null),
        Answer("overload", GoldenFrames.Overload, TarsRequest, -9, AnswerStatus.Overloaded, null),
        Answer("TUP value", GoldenFrames.TupValue, TupRequest, 0, AnswerStatus.Ok, null),
        new("push", Origin.Server, [0, 0, 0, 0x14, .. GoldenFrames.Overload[4..7], 0x3c, .. GoldenFrames.Overload[9..]], MessageKind.ServerPush),
        Answer("TUP error", GoldenFrames.TupError, TupRequest, -4, AnswerStatus.ClientError, null),
    ];

    private static Sample Request(string name, byte[] bytes, Dictionary<string, string?> attributes, ulong id) =>
        new(name, Origin.Client, bytes, MessageKind.Request)
        {
            Id = id,
            Attributes = attributes,
            Follows = new() { ["service"] = "servant", ["method"] = "func" },
            CanSet = new()
            {
                ["user"] = "bob",
                ["x-lane"] = "gr\u00fcn",
                ["servant"] = "Demo.Other.OtherObj",
                ["func"] = "go",
                ["status.STATUS_DYED_KEY"] = "red",
            },
            CanRemove = ["user", "not-there", "status.STATUS_DYED_KEY"],
        };

    private static Sample Answer(string name, byte[] bytes, Sample request, int code, AnswerStatus status, string? zone) =>
        new(name, Origin.Server, bytes, MessageKind.Response)
        {
            Id = 11,
            Code = code,
            Status = status,
            Answers = request,
            Attributes = new() { ["ret"] = $"{code}", ["kind"] = "response", ["zone"] = zone, ["status.x"] = null },
            CanSet = new() { ["zone"] = "c", ["x-lane"] = "green", ["status.x"] = "1" },
            CanRemove = ["zone", "status.not-there"],
        };
}
